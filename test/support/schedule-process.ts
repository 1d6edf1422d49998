import { spawn } from 'node:child_process';
import type { RecordsDatabase } from './records-database.ts';

const PROCESS = 'test/support/schedule-process.mjs';

/** The table in which the process of the tests keeps its runs. */
export const BEGUN_TABLE = `create table begun (id text primary key, place int generated always as identity,
  times int not null default 1, ended_at timestamptz)`;

/** Lets a process of its own work on the records, and kills it at a named point. Gives how it ended. */
export function scheduleProcess(
  db: RecordsDatabase,
  asked: Readonly<Record<string, unknown>> & { readonly action: string; readonly now: Date },
  killAt = '',
): Promise<NodeJS.Signals | number | null> {
  return new Promise((resolve) => {
    const given = JSON.stringify({ ...asked, url: db.url, homeId: db.homeId });
    const child = spawn(process.execPath, [PROCESS, given], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, SIHWANG_KILL_AT: killAt },
    });
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
}
