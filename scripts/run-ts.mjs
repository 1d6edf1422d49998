// Runs one TypeScript file of this repository: node scripts/run-ts.mjs FILE.ts [arguments for the file].
// Vite strips the types, so benches import from src/ as they stand and need no build on Node 20.
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

const [file, ...rest] = process.argv.slice(2);
if (!file) {
  console.error('usage: node scripts/run-ts.mjs FILE.ts [arguments]');
  process.exit(2);
}
process.argv.splice(1, process.argv.length, resolve(file), ...rest);
await runnerImport(resolve(file), { configFile: false, logLevel: 'error' });
