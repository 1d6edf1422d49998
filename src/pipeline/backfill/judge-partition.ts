import type { PartitionRow } from '../../records/index.ts';
import type { RunStatus } from '../schedules/run-starter.ts';

/** What is to be done next about a partition. */
export type PartitionMove =
  /** There is no run: write one down. */
  | 'start'
  /** The run that is there is the one to be replaced: do what failed again, or all of it. */
  | 'retry'
  /** A try of ours is under way. */
  | 'follow'
  | 'succeeded'
  | 'cancelled'
  /** A try of ours failed. */
  | 'failed';

/**
 * Tells a run that a try is to replace from the one that the try made by the moment of its end, so that the answer is the
 * same before and after a death at any point.
 */
export function judgePartition(
  { endedBefore }: Pick<PartitionRow, 'endedBefore'>,
  run: RunStatus | undefined,
): PartitionMove {
  if (run === undefined) return 'start';
  if (run.standing === 'going') return 'follow';
  if (endedBefore !== null && run.endedAt?.getTime() === endedBefore.getTime()) return 'retry';
  return run.standing;
}
