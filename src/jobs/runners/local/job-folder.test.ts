import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { thisProcess } from '../../process-identity.ts';
import { type JobFolder, jobFolder, type LocalExit, reportOf } from './job-folder.ts';

let jobs: string;
beforeAll(() => {
  jobs = mkdtempSync(join(tmpdir(), 'sihwang-folder-'));
});
afterAll(() => rmSync(jobs, { recursive: true, force: true }));

const ended = () => ({ pid: spawnSync(process.execPath, ['-e', '']).pid, started: null });
const TIMEOUT: LocalExit = {
  ...{ code: null, signal: 'SIGKILL', why: 'timeout', reason: 'it took longer than its limit' },
  ...{ seconds: 1, maxMemoryMiB: null, endedAt: '2026-01-01T00:00:00Z' },
};

function begun(name: string, supervisor = thisProcess()): JobFolder {
  const folder = jobFolder(jobs, name);
  folder.make();
  folder.begin({ worker: ended(), supervisor, at: '2026-01-01T00:00:00Z' });
  return folder;
}

it('a job whose worker has ended is not lost while its supervisor can still say how', () => {
  const folder = begun('supervised');
  expect(reportOf(folder, 'supervised')).toMatchObject({ state: 'RUNNING' });
  folder.writeExit(TIMEOUT);
  expect(reportOf(folder, 'supervised')).toMatchObject({ state: 'FAILED', errorClass: 'timeout' });
});

it('a job whose worker and supervisor have ended without a word is lost', () => {
  expect(reportOf(begun('alone', ended()), 'alone')).toMatchObject({ state: 'LOST', errorClass: 'lost' });
});
