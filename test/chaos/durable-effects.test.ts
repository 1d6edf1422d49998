import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  BACKUP_KILL_POINTS,
  KILL_POINTS,
  MIGRATION_KILL_POINTS,
  RESTORE_KILL_POINTS,
  SNAPSHOT_KILL_POINTS,
  UNDO_KILL_POINTS,
} from '../../src/lake/index.ts';
import { RECORDS_KILL_POINTS } from '../../src/records/index.ts';
import { FETCH_KILL_POINTS, OCCASIONAL_KILL_POINTS } from '../support/fetch-kill-points.ts';
import { JOB_KILL_POINTS } from '../support/job-kill-points.ts';
import {
  DEMO_KILL_POINTS,
  HOOK_KILL_POINTS,
  RUN_KILL_POINTS,
  SELDOM_RUN_KILL_POINTS,
} from '../support/run-kill-points.ts';
import { SCHEDULE_KILL_POINTS } from '../support/schedule-kill-points.ts';

const SOURCES = join(import.meta.dirname, '../../src');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|fixtures/.test(name),
);

/** What makes bytes survive a power cut. */
const EFFECT =
  /\b(publishFile|publishFolder|writeFileDurably|createFileDurably|fsyncSync|renameSync|linkSync|fdatasyncSync)\(|\bawait (rename|link)\(/;
/** Effects that lose nothing when the process dies behind them, and why. */
const EXEMPT: Readonly<Record<string, string>> = {
  'store/durable-file.ts': 'the helpers themselves',
  'lake/home.ts': 'made once, before there is anything to lose',
  'lake/commit-log.ts':
    'one writer for all kinds of entries; each kind has its kill point where it is written',
  'lake/parquet-text.ts': 'a temporary file below temp/',
  'lake/text-input.ts': 'a temporary file below temp/',
  'lake/raw-texts.ts': 'a temporary file below temp/',
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

/** Exported functions of the records that write rows, read from their SQL: the list makes itself. */
function recordsWriters(): Set<string> {
  const writers = new Set<string>();
  for (const name of files.filter((each) => each.startsWith('records/'))) {
    const functions = readFileSync(join(SOURCES, name), 'utf8').split(
      /^(?=(?:export )?(?:async )?function )/m,
    );
    for (const text of functions) {
      const exported = /^export async function (\w+)/.exec(text);
      if (exported && /\b(insert into|update|delete from) sihwang\./.test(text)) writers.add(exported[1]!);
    }
  }
  return writers;
}

const PROMOTION = 'pipeline/promotion/promotion.test.ts';
const STEPS = 'pipeline/steps/ledger-steps.test.ts';
const OWN_PROGRAM = 'pipeline/steps/own-program-steps.test.ts';
const TICKER = 'pipeline/schedules/ticker.test.ts';

/** Rows that lose nothing when the process dies behind them, each with the test that dies behind it and does the work again. */
const PROVEN_ROWS: Readonly<Record<string, string>> = {
  'pipeline/promotion/settle-champion.ts: registerVersion': PROMOTION,
  'pipeline/promotion/settle-champion.ts: decide': PROMOTION,
  'pipeline/promotion/watch-champion.ts: decide': PROMOTION,
  'pipeline/promotion/watch-champion.ts: setAlarms': PROMOTION,
  'pipeline/promotion/weigh-challengers.ts: countLook': PROMOTION,
  'pipeline/promotion/weigh-challengers.ts: decide': PROMOTION,

  'pipeline/steps/evaluate.ts: keepEvaluation': STEPS,
  'pipeline/steps/promote.ts: setAlarms': STEPS,
  'pipeline/forecasting/not-renewed.ts: setAlarms': STEPS,
  'pipeline/steps/record-forecasts.ts: recordForecasts': STEPS,
  'pipeline/steps/record-forecasts.ts: recordTraining': STEPS,
  'pipeline/steps/score-forecasts.ts: scoreForecasts': STEPS,
  'pipeline/steps/train.ts: recordTraining': OWN_PROGRAM,
  'pipeline/steps/train.ts: keepEvaluation': OWN_PROGRAM,

  'pipeline/orchestrate/act-on-intents.ts: inTransaction': 'pipeline/orchestrate/act-on-intents.test.ts',
  'pipeline/schedules/keep-time.ts: markRuns': 'pipeline/schedules/keep-time.test.ts',
  'pipeline/schedules/start-ticks.ts: markWithoutRun': TICKER,
  'pipeline/schedules/start-ticks.ts: markStarted': TICKER,
  'pipeline/schedules/start-ticks.ts: markEnded': TICKER,
};
/** A line of a log: the step that said it is done again, and says it again. */
const LOG = 'pipeline/orchestrate/desk.ts: appendEvent';

it('rows without a kill point have a test that dies behind each of them', () => {
  for (const proof of new Set(Object.values(PROVEN_ROWS)))
    expect(readFileSync(join(SOURCES, proof), 'utf8'), proof).toContain('expectSameBehindEachDeath(');
});

it('every row that the pipeline and the jobs write has a kill point behind it', () => {
  const writers = recordsWriters();
  expect(writers.size).toBeGreaterThan(15);
  const bare: string[] = [];
  const met = new Set<string>();
  let seen = 0;
  for (const name of files.filter((each) => /^(pipeline|jobs)\//.test(each))) {
    const text = readFileSync(join(SOURCES, name), 'utf8');
    const imported = /import \{([^}]*)\} from '[./]+records\/index\.ts'/.exec(text)?.[1] ?? '';
    const named = [...imported.matchAll(/\b\w+\b/g)].map(([word]) => word);
    const wanted = named.filter((word) => word === 'inTransaction' || writers.has(word));
    if (wanted.length === 0) continue;
    // what is written through somebody's transaction is durable where that one ends
    const call = new RegExp(`(?:await|return|=>|push\\() ?(${wanted.join('|')})\\((?!\\s*(?:client|db)\\b)`);
    const lines = text.split('\n');
    lines.forEach((line, at) => {
      const found = call.exec(`${line}${lines[at + 1]?.trim() ?? ''}`);
      if (!found || !line.includes(found[1]!)) return;
      seen += 1;
      const end = lines.findIndex((later, index) => index > at && /^( {2})?}$/.test(later));
      if (lines.slice(at, end).some((later) => /\breach\(/.test(later))) return;
      const row = `${name}: ${found[1]}`;
      met.add(row);
      if (row !== LOG && !(row in PROVEN_ROWS)) bare.push(`${name}:${at + 1}: ${line.trim()}`);
    });
  }
  expect(seen).toBeGreaterThan(10);
  expect(bare, 'write a reach(…) behind the row and let a chaos test kill there').toEqual([]);
  expect(
    Object.keys(PROVEN_ROWS).filter((row) => !met.has(row)),
    'these rows are written no more, or have a kill point by now',
  ).toEqual([]);
});

it('every kill point is one that a chaos test kills at', () => {
  const tested = new Set<string>([
    ...KILL_POINTS,
    ...MIGRATION_KILL_POINTS,
    ...UNDO_KILL_POINTS,
    ...BACKUP_KILL_POINTS,
    ...RESTORE_KILL_POINTS,
    ...RECORDS_KILL_POINTS,
    ...SNAPSHOT_KILL_POINTS,
    ...FETCH_KILL_POINTS,
    ...OCCASIONAL_KILL_POINTS,
    ...DEMO_KILL_POINTS,
    ...RUN_KILL_POINTS,
    ...SELDOM_RUN_KILL_POINTS,
    ...HOOK_KILL_POINTS,
    ...JOB_KILL_POINTS,
    ...SCHEDULE_KILL_POINTS,
  ]);
  const named = files.flatMap((name) =>
    [...readFileSync(join(SOURCES, name), 'utf8').matchAll(/\breach\('([a-z-]+)'\)/g)].map(
      ([, point]) => `${point} (${name})`,
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((one) => !tested.has(one.split(' ')[0]!))).toEqual([]);
});
