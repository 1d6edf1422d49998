import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  BACKUP_KILL_POINTS,
  KILL_POINTS,
  MIGRATION_KILL_POINTS,
  RESTORE_KILL_POINTS,
  UNDO_KILL_POINTS,
} from '../../src/lake/index.ts';
import { FETCH_KILL_POINTS, OCCASIONAL_KILL_POINTS } from '../support/fetch-kill-points.ts';

const SOURCES = join(import.meta.dirname, '../../src');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|fixtures/.test(name),
);

/** What makes bytes survive a power cut. */
const EFFECT =
  /\b(publishFile|writeFileDurably|createFileDurably|fsyncSync|renameSync|linkSync|fdatasyncSync)\(/;
/** Effects that lose nothing when the process dies behind them, and why. */
const EXEMPT: Readonly<Record<string, string>> = {
  'store/durable-file.ts': 'the helpers themselves',
  'lake/home.ts': 'made once, before there is anything to lose',
  'lake/commit-log.ts':
    'one writer for all kinds of entries; each kind has its kill point where it is written',
  'lake/parquet-text.ts': 'a temporary file below temp/',
  'lake/text-input.ts': 'a temporary file below temp/',
  'cli/export.ts': 'the file that a person asked for, outside the home',
  'cli/long-table/table-io.ts': 'the file that a person asked for, outside the home',
  'pipeline/platform-mappings.ts':
    'one small file that replaces the one before; the same command writes it again',
};
/** A kill point stands at most so many lines behind the effect it belongs to. */
const NEAR = 12;

it('every durable effect has a kill point behind it', () => {
  const bare: string[] = [];
  for (const name of files) {
    if (name in EXEMPT) continue;
    const lines = readFileSync(join(SOURCES, name), 'utf8').split('\n');
    lines.forEach((line, at) => {
      if (!EFFECT.test(line) || /^\s*(\*|\/\/|import|export function|function)/.test(line)) return;
      if (!lines.slice(at, at + NEAR).some((near) => /\breach\(/.test(near)))
        bare.push(`${name}:${at + 1}: ${line.trim()}`);
    });
  }
  expect(bare, 'write a reach(…) behind the effect and let a chaos test kill there').toEqual([]);
});

it('every kill point is one that a chaos test kills at', () => {
  const tested = new Set<string>([
    ...KILL_POINTS,
    ...MIGRATION_KILL_POINTS,
    ...UNDO_KILL_POINTS,
    ...BACKUP_KILL_POINTS,
    ...RESTORE_KILL_POINTS,
    ...FETCH_KILL_POINTS,
    ...OCCASIONAL_KILL_POINTS,
  ]);
  const named = files.flatMap((name) =>
    [...readFileSync(join(SOURCES, name), 'utf8').matchAll(/\breach\('([a-z-]+)'\)/g)].map(
      ([, point]) => `${point} (${name})`,
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((one) => !tested.has(one.split(' ')[0]!))).toEqual([]);
});
