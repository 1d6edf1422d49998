// Loaded before a program of Node's by `--import`: everything that it asks of a disk takes DOUBLE_SLOW_DISK_MS longer. What
// native code asks goes past it.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const ms = Number(process.env.DOUBLE_SLOW_DISK_MS);
const NAMES = ['mkdir', 'mkdtemp', 'open', 'readdir', 'readFile', 'rename', 'rm', 'stat', 'writeFile'];
const still = new Int32Array(new SharedArrayBuffer(4));
for (const name of NAMES) {
  const [sync, async] = [fs[`${name}Sync`], fs.promises[name]];
  fs[`${name}Sync`] = (...of) => {
    Atomics.wait(still, 0, 0, ms);
    return sync.apply(fs, of);
  };
  fs.promises[name] = async (...of) => {
    await sleep(ms);
    return async.apply(fs.promises, of);
  };
}
syncBuiltinESMExports();
