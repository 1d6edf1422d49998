import {
  addDays,
  type CalendarLookup,
  instantInZone,
  type LocalDate,
  type Schedule,
  type Tick,
  ticksBetween,
} from '../../domain/index.ts';
import { type NewPartition, type Records, readMarks } from '../../records/index.ts';
import { runIdOf } from '../runs/start-run.ts';
import type { RunStarter } from '../schedules/run-starter.ts';
import { type RestedOn, staleReasons } from './rested-on.ts';

/** The ticks of a schedule that are about days of a range: the market day where one is named, else the tick's own. */
export function partitionsIn(
  schedule: Schedule,
  { from, to }: { readonly from: LocalDate; readonly to: LocalDate },
  calendars: CalendarLookup,
): (Tick & { readonly partition: LocalDate })[] {
  // the tick of a market day may come on the day after it
  const first = instantInZone('UTC', addDays(from, -2), 0)!;
  const last = instantInZone('UTC', addDays(to, 4), 0)!;
  return [...ticksBetween(schedule, new Date(first), new Date(last), calendars)]
    .map((tick) => ({ ...tick, partition: tick.marketDay ?? tick.day }))
    .filter(({ partition }) => from <= partition && partition <= to);
}

/** Which partitions a backfill has, and what each needs. */
export interface PlannedBackfill {
  readonly partitions: readonly NewPartition[];
  /** Partitions whose time has not come: they are left to the schedule. */
  readonly ahead: number;
}

export interface BackfillQuestion {
  readonly plan: string;
  readonly schedule: Schedule;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Only those whose good run rests on something else than `restsOn`. */
  readonly stale: boolean;
  readonly restsOn: RestedOn;
  readonly now: Date;
}

/**
 * Looks at every partition of a range: one without a run wants one, one that failed is tried again, a good one is kept.
 * With `stale` a good one whose code or rules changed is done anew, and nothing else is touched.
 */
export async function planBackfill(
  records: Records,
  statesOf: RunStarter['states'],
  { plan, schedule, from, to, stale, restsOn, now }: BackfillQuestion,
  calendars: CalendarLookup,
): Promise<PlannedBackfill> {
  const all = partitionsIn(schedule, { from, to }, calendars);
  const ticks = all.filter(({ at }) => at <= now);
  const ids = ticks.map(({ at }) => runIdOf(plan, at));
  const standings = await statesOf(ids);
  const marks = stale ? await readMarks(records.pool, ids) : new Map();
  const partitions = ticks.flatMap(({ at, partition }, index): NewPartition[] => {
    const runId = ids[index]!;
    const run = standings.get(runId);
    const key = { scheduledAt: at, day: partition, runId, endedBefore: run?.endedAt ?? null };
    const good = run?.standing === 'succeeded';
    if (!stale) {
      if (good) return [{ ...key, wanted: 'keep', reason: 'succeeded' }];
      const failed = run?.standing === 'failed' || run?.standing === 'cancelled';
      return [{ ...key, wanted: failed ? 'retry' : 'run', reason: failed ? run.standing : null }];
    }
    if (!good) return [];
    const mark = marks.get(runId) as RestedOn | undefined;
    const reasons = mark ? staleReasons(mark, restsOn) : ['unrecorded'];
    return reasons.length > 0 ? [{ ...key, wanted: 'redo', reason: reasons.join('; ') }] : [];
  });
  return { partitions, ahead: all.length - ticks.length };
}
