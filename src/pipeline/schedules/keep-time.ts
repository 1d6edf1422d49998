import { setTimeout as sleep } from 'node:timers/promises';
import { type Bilingual, saidBy } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import { markRuns, marksAreMissing, type Records } from '../../records/index.ts';
import { restingOn } from '../backfill/rested-on.ts';
import { lookAtBackfills } from '../backfill/work-off.ts';
import { HOOK_KINDS } from '../steps/index.ts';
import { calendarReader } from './read-calendar.ts';
import type { RunStarter } from './run-starter.ts';
import { lookAtSchedules } from './ticker.ts';

export interface KeepTimeOptions {
  readonly signal: AbortSignal;
  /** A line for the log; the same again and again is one an hour. */
  readonly onNote?: (line: Bilingual) => void;
  /** Between two looks; default 1000. */
  readonly pauseMs?: number;
}

/** What the orchestrator of a home does beside carrying runs out: starts those of schedules and backfills, in time. */
export function keepTime(
  home: Home,
  records: Records,
  runs: RunStarter,
  options: KeepTimeOptions,
): Promise<void> {
  const readCalendar = calendarReader(home);
  return lookAgainAndAgain(
    [
      (onNote) => lookAtSchedules({ records, runs, readCalendar, onNote }),
      (onNote) => lookAtBackfills({ records, runs, onNote }),
      () => markWhatRunsRestOn(home, records),
    ],
    options,
  );
}

/** Writes down what runs rest on when they begin, for the question whether they are stale. */
export async function markWhatRunsRestOn(home: Home, records: Records): Promise<void> {
  if (await marksAreMissing(records.pool, HOOK_KINDS))
    await markRuns(records.pool, restingOn(home), HOOK_KINDS);
}

/** Takes looks in turn until the signal; one that fails, as while the database is away, is taken again. */
export async function lookAgainAndAgain(
  looks: readonly ((onNote: (line: Bilingual) => void) => Promise<unknown>)[],
  { signal, onNote, pauseMs = 1000 }: KeepTimeOptions,
): Promise<void> {
  const tell = once(onNote);
  while (!signal.aborted) {
    for (const look of looks)
      await look(tell).catch((error: Error) =>
        tell({
          ko: `예약이 기다립니다: ${saidBy(error).ko}`,
          en: `the schedules wait: ${error.message}`,
        }),
      );
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

const HOUR_MS = 3_600_000;

function once(tell: ((line: Bilingual) => void) | undefined): (line: Bilingual) => void {
  const told = new Map<string, number>();
  return (line) => {
    if (Date.now() - (told.get(line.en) ?? 0) < HOUR_MS) return;
    told.set(line.en, Date.now());
    tell?.(line);
  };
}
