import { type CatchUp, type NewTick, type Overlap, PAUSED } from '../../records/index.ts';

/** A tick that comes up to ten minutes after its time is on time: a standby takes over within seconds. */
export const ON_TIME_MS = 10 * 60_000;

/** Under which terms ticks are judged. */
export interface Judging {
  readonly now: Date;
  readonly paused: boolean;
  readonly catchUp: CatchUp;
  readonly catchUpLimit: number;
  readonly overlap: Overlap;
  /** Since when a run of the schedule has been going; null when none is. */
  readonly busySince: Date | null;
}

type Judgement = Pick<NewTick, 'state' | 'reason'>;

const DUE: Judgement = { state: 'due', reason: null };

/**
 * What becomes of ticks that have come since the last look, oldest first. On time, a tick is left out only for a run that
 * was going already; late, it is caught up as the schedule says, and waits for its turn.
 */
export function judgeTicks(ticks: readonly Date[], judging: Judging): readonly Judgement[] {
  const { now, paused, catchUp, catchUpLimit, overlap, busySince } = judging;
  const onTime = (at: Date): boolean => now.getTime() - at.getTime() <= ON_TIME_MS;
  const lateTicks = ticks.filter((at) => !onTime(at)).length;
  const caughtUp = catchUp === 'none' ? 0 : catchUp === 'latest' ? 1 : catchUpLimit;
  // with "latest" a tick that came in time is the latest
  const firstCaughtUp = catchUp === 'latest' ? ticks.length - 1 : lateTicks - caughtUp;
  return ticks.map((at, index) => {
    if (paused) return { state: 'skipped', reason: PAUSED };
    if (!onTime(at)) {
      if (caughtUp > 0 && index >= firstCaughtUp) return DUE;
      return { state: 'missed', reason: reasonOf(catchUp, catchUpLimit) };
    }
    const busy = busySince !== null && busySince < at;
    return overlap === 'skip' && busy ? { state: 'skipped', reason: 'the run before was going' } : DUE;
  });
}

function reasonOf(catchUp: CatchUp, limit: number): string {
  if (catchUp === 'none') return 'its time had passed; missed ticks are not caught up';
  if (catchUp === 'latest') return 'its time had passed; only the latest is caught up';
  return `its time had passed; only the latest ${limit} are caught up`;
}
