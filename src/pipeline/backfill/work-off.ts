import type { PoolClient } from 'pg';
import { type Bilingual, EXIT, SihwangError, saidBy } from '../../domain/index.ts';
import {
  type BackfillRow,
  endBackfill,
  inTransaction,
  openBackfills,
  type PartitionRow,
  partitionsOf,
  type Records,
  readBackfill,
  updatePartition,
} from '../../records/index.ts';
import { reach } from '../../store/index.ts';
import type { RunStarter, RunStatus } from '../schedules/run-starter.ts';
import { judgePartition } from './judge-partition.ts';

export interface BackfillWorld {
  readonly records: Records;
  readonly runs: RunStarter;
  readonly now?: () => Date;
  readonly onNote?: (line: Bilingual) => void;
}

/**
 * One look at every backfill that goes on: notes what became of its runs and starts as many as may go at a time. Only one
 * process looks at a backfill at a moment; whatever dies on the way, the next look comes to the same.
 */
export async function lookAtBackfills(world: BackfillWorld): Promise<void> {
  for (const { id } of await openBackfills(world.records.pool))
    try {
      await inTransaction(world.records.pool, async (client) => {
        const backfill = await readBackfill(client, id, { lock: true });
        if (backfill && backfill.endedAt === null) await advance(client, backfill, world);
      });
      reach('backfill-looked');
    } catch (error) {
      world.onNote?.({
        ko: `메우기 ${id}번: ${saidBy(error).ko}`,
        en: `backfill ${id}: ${saidBy(error).en}`,
      });
    }
}

async function advance(client: PoolClient, backfill: BackfillRow, world: BackfillWorld): Promise<void> {
  const { id, parallel, state } = backfill;
  const now = (world.now ?? (() => new Date()))();
  const partitions = await partitionsOf(client, id);
  const open = partitions.filter((one) => one.state === 'waiting' || one.state === 'started');
  const runs = await world.runs.states(open.map(({ runId }) => runId));
  const cancelling = state === 'cancelling';
  const moved = open.map((one) => settled(one, runs.get(one.runId), backfill, now));
  let going = moved.filter((one) => one.state === 'started').length;
  for (const [index, one] of moved.entries()) {
    let next = one;
    if (cancelling) next = await cancelled(one, world.runs, backfill, now);
    else if (one.state === 'waiting' && going < parallel) {
      next = await begun(one, runs.get(one.runId), world.runs, backfill, now);
      if (next.state === 'started') going += 1;
    }
    moved[index] = next;
    if (next !== open[index]) await updatePartition(client, id, next);
  }
  if (moved.every((one) => one.state !== 'waiting' && one.state !== 'started'))
    await endBackfill(client, id, cancelling ? 'cancelled' : 'ended', now);
}

/** Where a partition stands by what became of its run. */
function settled(
  partition: PartitionRow,
  run: RunStatus | undefined,
  { retries }: BackfillRow,
  now: Date,
): PartitionRow {
  const move = judgePartition(partition, run);
  switch (move) {
    case 'start':
    case 'retry':
      return partition.state === 'waiting' ? partition : { ...partition, state: 'waiting' };
    case 'follow':
      if (partition.state === 'started') return partition;
      return { ...partition, state: 'started', startedAt: partition.startedAt ?? now };
    case 'failed': {
      const tries = partition.tries + 1;
      const endedBefore = run!.endedAt;
      return tries > retries
        ? { ...partition, tries, endedBefore, state: 'failed', endedAt: now }
        : { ...partition, tries, endedBefore, state: 'waiting' };
    }
    default:
      return { ...partition, state: move, endedAt: now };
  }
}

async function begun(
  partition: PartitionRow,
  run: RunStatus | undefined,
  runs: RunStarter,
  backfill: BackfillRow,
  now: Date,
): Promise<PartitionRow> {
  const { plan, params } = backfill;
  const askedBy = `backfill ${backfill.id}`;
  try {
    if (run === undefined) await runs.start({ plan, scheduledFor: partition.scheduledAt, params, askedBy });
    else {
      // a redo that failed goes on where it failed
      const all = partition.wanted === 'redo' && run.standing === 'succeeded';
      await runs.retry(partition.runId, { askedBy, all });
    }
    reach('partition-begun');
  } catch (error) {
    if (!(error instanceof SihwangError) || error.exit === EXIT.tryAgain) throw error;
    return { ...partition, tries: partition.tries + 1, state: 'failed', endedAt: now };
  }
  return { ...partition, state: 'started', startedAt: partition.startedAt ?? now };
}

/** A waiting partition of a cancelled backfill is not begun; a run that goes on is asked to end. */
async function cancelled(
  partition: PartitionRow,
  runs: RunStarter,
  { id }: BackfillRow,
  now: Date,
): Promise<PartitionRow> {
  if (partition.state === 'waiting') return { ...partition, state: 'cancelled', endedAt: now };
  if (partition.state === 'started')
    await runs.cancel(partition.runId, `backfill ${id} is cancelled`, `backfill ${id}`);
  return partition;
}
