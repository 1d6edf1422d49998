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

/**
 * Rows that lose nothing when the process dies behind them, and why. Those of promotion, evaluation and ledger are held to it
 * by `promotion.test.ts`, which dies behind each of them.
 */
const EXEMPT_ROWS: Readonly<Record<string, string>> = {
  'pipeline/promotion/weigh-challengers.ts: countLook':
    'a look carries its number; the step counts the same one again',
  'pipeline/schedules/keep-time.ts: markRuns': 'marks what has no mark yet; the next look does the rest',
  'pipeline/steps/evaluate.ts: keepEvaluation':
    'kept under version and origin; the step keeps the same again',
  'pipeline/steps/promote.ts: setAlarms': 'the alarms become what the figures say, whatever stood before',
  'pipeline/forecasting/not-renewed.ts: setAlarms': 'the alarms become what stands published, done again too',
  'pipeline/steps/record-forecasts.ts: recordForecasts':
    'an issued forecast is kept once, however often it is given',
  'pipeline/steps/record-forecasts.ts: recordTraining':
    'a training is named by what it is; the step keeps it again',
  'pipeline/steps/train.ts: recordTraining': 'a training is named by what it is; the step keeps it again',
  'pipeline/steps/train.ts: keepEvaluation': 'kept under version and origin; the step keeps the same again',
  'pipeline/steps/score-forecasts.ts: scoreForecasts':
    'a score is written where the truth has changed, and only there',

  'pipeline/promotion/settle-champion.ts: registerVersion':
    'a version is named by what it is; the step registers it again',
  'pipeline/promotion/settle-champion.ts: decide':
    "a decision carries the step's key; done again it is the same one",
  'pipeline/promotion/watch-champion.ts: decide':
    "a decision carries the step's key; done again it is the same one",
  'pipeline/promotion/weigh-challengers.ts: decide':
    "a decision carries the step's key; done again it is the same one",
  'pipeline/promotion/watch-champion.ts: setAlarms':
    'the alarms become what the figures say, whatever stood before',

  'pipeline/orchestrate/act-on-intents.ts: settleIntent':
    'the next look finds the wish open; acting on it once more changes nothing',
  'pipeline/orchestrate/desk.ts: appendEvent':
    'a line of a log: the step that said it is done again, and says it again',
  'pipeline/schedules/start-ticks.ts: markWithoutRun':
    'the next look finds the tick as it was and marks it again',
  'pipeline/schedules/start-ticks.ts: markStarted':
    'the next look finds the run under its name and marks it again',
  'pipeline/schedules/start-ticks.ts: markEnded': 'the next look finds the run ended and marks it again',
};

it('every row that the pipeline and the jobs write has a kill point behind it', () => {
  const writers = recordsWriters();
  expect(writers.size).toBeGreaterThan(15);
  const bare: string[] = [];
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
      if (!(`${name}: ${found[1]}` in EXEMPT_ROWS)) bare.push(`${name}:${at + 1}: ${line.trim()}`);
    });
  }
  expect(seen).toBeGreaterThan(10);
  expect(bare, 'write a reach(…) behind the row and let a chaos test kill there').toEqual([]);
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
