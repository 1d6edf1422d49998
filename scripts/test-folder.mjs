import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** The largest stage keeps under 1 GB of files at a time, and its processes want memory besides. */
const NEEDED_BYTES = 6 * 2 ** 30;

/**
 * Makes the folder in which tests keep their homes and servers: in memory where there is plenty of it, else in the
 * system's temporary folder. Tests write thousands of small files durably and would wait for the disk at each; kill -9
 * takes nothing of what was written to either, and a power cut, which would, is not what a test can make. What tests start
 * as another user must come by, so the folder may be passed through by anybody.
 */
export function makeTestFolder() {
  const folder = mkdtempSync(join(memoryServes() ? MEMORY : tmpdir(), 'sihwang-test-'));
  chmodSync(folder, 0o711);
  return folder;
}

function memoryServes() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    const available =
      Number(/^MemAvailable: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;
    return bavail * bsize >= NEEDED_BYTES && available >= NEEDED_BYTES && runsPrograms();
  } catch {
    return false;
  }
}

/** Containers often mount it without the right to run what lies in it, which tests of users' programs do. */
function runsPrograms() {
  const folder = mkdtempSync(join(MEMORY, 'sihwang-test-'));
  try {
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    return spawnSync(program).status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
