// A process that is about to write to a home: everything is loaded, and the work begins with the word, so that a
// kill -9 meets the work and not the start of Node. The word is {action, home, feed, file?, day?}; stages and the end are told back.
import { openHome, publishConditions, withWriterLock } from '../../dist/lake/index.js';
import { conditionTables } from '../../dist/market/index.js';
import { fetchFeed, ingestFiles } from '../../dist/pipeline/index.js';
import { feedById } from '../../dist/sources/index.js';

process.once('message', async ({ action, home: path, feed: id, file, day }) => {
  const tell = (stage) => process.send({ stage });
  const home = openHome(path);
  const feed = feedById(id);
  const options = { waitMs: 0, command: action, onStage: tell };
  try {
    if (action === 'ingest') await ingestFiles(home, feed, [file], options);
    else if (action === 'fetch') {
      tell('asking');
      const question = {
        range: { firstDay: day, lastDay: day },
        scope: { markets: ['110001'] },
        backfill: true,
      };
      const { stop } = await fetchFeed(home, feed, question, { ...options, environment: process.env });
      if (stop) throw new Error(stop.detail);
    } else
      await withWriterLock(home, options, async () => {
        tell('publishing');
        await publishConditions(home, feed.profile, conditionTables(feed.profile));
      });
    process.send({ done: true });
  } catch (error) {
    process.send({ failed: error.stack });
  }
  process.disconnect();
});
process.send({ ready: true });
