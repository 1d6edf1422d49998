import { join } from 'node:path';
import { build } from 'vite';

/**
 * The tests' worker as one file, so that thousands of it can be started: most of a worker's start is the looking up and
 * reading of some hundred modules, and a test pays for each. Needs what was built. Gives the file's path in `folder`.
 */
export async function bundledWorker(folder: string): Promise<string> {
  await build({
    ...{ configFile: false, logLevel: 'error' },
    build: {
      ...{ ssr: join(import.meta.dirname, 'test-worker.mjs'), outDir: folder, target: 'node20' },
      rollupOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
    ssr: { noExternal: true, external: ['@duckdb/node-api'] },
  });
  return join(folder, 'worker.mjs');
}
