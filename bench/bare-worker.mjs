// Answers each message with what the tests' task leaves for its job, and keeps nothing.
import { perform } from '../test/support/test-tasks.mjs';

process.on('message', async (job) => {
  const { files } = await perform({
    ...{ job, items: null, signal: new AbortController().signal, emit: () => {} },
    checkpoint: { load: async () => null, save: async () => {}, due: () => false },
  });
  process.send({ bytes: files[0].bytes.length });
});
process.on('disconnect', () => process.exit(0));
