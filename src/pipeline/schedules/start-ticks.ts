import { EXIT, SihwangError } from '../../domain/index.ts';
import {
  markEnded,
  markStarted,
  markWithoutRun,
  type Overlap,
  openTicks,
  type Records,
  type ScheduleRow,
  type TickRow,
} from '../../records/index.ts';
import { reach } from '../../store/index.ts';
import type { RunStarter } from './run-starter.ts';

/** What is to be done about the open ticks of a schedule. */
export interface Turn {
  readonly start: TickRow | undefined;
  /** Due ticks that a newer one makes pointless. */
  readonly overtaken: readonly TickRow[];
  /** Started ticks whose runs are to end for a newer one. */
  readonly cancel: readonly TickRow[];
}

/** Whose turn it is: one run of a schedule at a time, the oldest first; with `cancel-running` the newest alone. */
export function takeTurn(due: readonly TickRow[], going: readonly TickRow[], overlap: Overlap): Turn {
  const overtaken = overlap === 'cancel-running' ? due.slice(0, -1) : [];
  const next = overlap === 'cancel-running' ? due.at(-1) : due[0];
  const cancel = overlap === 'cancel-running' && next ? going : [];
  return { start: going.length === 0 ? next : undefined, overtaken, cancel };
}

/** Notes which of a schedule's runs are over. */
export async function noteEnds(records: Records, runs: RunStarter, schedule: ScheduleRow): Promise<void> {
  const started = (await openTicks(records.pool, schedule.name)).filter(({ state }) => state === 'started');
  if (started.length === 0) return;
  const states = await runs.states(started.map(({ runId }) => runId!));
  for (const tick of started)
    if (states.get(tick.runId!)?.standing !== 'going') await markEnded(records.pool, tick);
}

/**
 * Starts the run whose turn it is. Whatever dies on the way: a due tick stays due until its run is written down, and
 * starting that again is starting it once. Gives the run that was started.
 */
export async function startTicks(
  records: Records,
  runs: RunStarter,
  schedule: ScheduleRow,
  now: Date,
): Promise<string | undefined> {
  const db = records.pool;
  const open = await openTicks(db, schedule.name);
  const going = open.filter(({ state }) => state === 'started');
  // a paused schedule starts what a person wants, and nothing else
  const due = open.filter(
    ({ state, origin }) => state === 'due' && (origin === 'manual' || !schedule.paused),
  );
  const { start, overtaken, cancel } = takeTurn(due, going, schedule.overlap);
  for (const tick of overtaken) await markWithoutRun(db, tick, 'skipped', 'a later tick took its place');
  for (const { runId } of cancel)
    await runs.cancel(
      runId!,
      `the tick of ${due.at(-1)!.scheduledAt.toISOString()} takes its place`,
      askedBy(schedule),
    );
  return start && (await startTick(records, runs, schedule, start, now));
}

async function startTick(
  records: Records,
  runs: RunStarter,
  schedule: ScheduleRow,
  tick: TickRow,
  now: Date,
): Promise<string | undefined> {
  const { plan, scheduledAt } = tick;
  try {
    const { id } = await runs.start({
      plan,
      scheduledFor: scheduledAt,
      params: schedule.params,
      askedBy: askedBy(schedule),
    });
    reach('tick-run-started');
    await markStarted(records.pool, tick, id, now);
    return id;
  } catch (error) {
    if (!(error instanceof SihwangError) || error.exit === EXIT.tryAgain) throw error;
    await markWithoutRun(records.pool, tick, 'refused', error.message);
    return undefined;
  }
}

function askedBy({ name }: ScheduleRow): string {
  return `schedule ${name}`;
}
