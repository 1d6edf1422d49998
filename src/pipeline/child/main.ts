import { performWork } from './perform-work.ts';
import type { FromChild, ToChild } from './step-work.ts';

/** The process that does the steps of an orchestrator, one after the other, and ends the moment that one is gone. */
let stop = new AbortController();

const tell = (message: FromChild): void => {
  // an orchestrator that has just died is noticed by the closing of the channel
  if (process.connected) process.send!(message, () => undefined);
};

process.on('message', async (message: ToChild) => {
  if ('stop' in message) return stop.abort();
  stop = new AbortController();
  const end = await performWork(message.work, {
    event: (event, fields) => tell({ event, fields }),
    signal: stop.signal,
  });
  tell({ end });
});

// what was not committed by now does not exist, so there is nothing to put in order
process.on('disconnect', () => process.exit(0));
// one that died while this program was being read is heard of by nobody
if (!process.connected) process.exit(0);
// Ctrl-C reaches the whole group; the orchestrator decides when its steps end
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => stop.abort());
