import { userInfo } from 'node:os';
import { EXIT, SihwangError } from '../domain/index.ts';
import { cancelBackfill, unknownBackfill } from '../pipeline/index.ts';
import {
  type BackfillRow,
  type CountedBackfill,
  listBackfills,
  openRecords,
  type PartitionRow,
  partitionsOf,
  type Records,
  readBackfill,
} from '../records/index.ts';
import { type CommonOptions, homeOf } from './command.ts';
import { duration } from './count-progress.ts';
import { print, printJson, table, tell } from './output.ts';

export async function list(options: CommonOptions): Promise<void> {
  await withRecords(options, async (records) => {
    const backfills = await listBackfills(records.pool);
    if (options.json) return printJson({ backfills });
    if (backfills.length === 0) return print('no plan has been backfilled yet');
    print(
      table(
        [
          { title: 'id', right: true },
          ...['plan', 'days', 'state', 'partitions', 'asked'].map((title) => ({ title })),
        ],
        backfills.map((one) => [
          String(one.id),
          one.plan,
          `${one.fromDay} – ${one.toDay}${one.stale ? ', stale' : ''}`,
          one.state,
          countsIn(one),
          `${one.askedAt.toISOString().slice(0, 16)}Z by ${one.askedBy}`,
        ]),
      ),
    );
  });
}

function countsIn({ counts }: CountedBackfill): string {
  return Object.entries(counts)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}

export async function show(text: string, options: CommonOptions): Promise<void> {
  const id = idOf(text);
  await withRecords(options, async (records) => {
    const backfill = await readBackfill(records.pool, id);
    if (!backfill) throw unknownBackfill(id);
    const partitions = await partitionsOf(records.pool, id);
    const leftMs = estimateLeft(backfill, partitions);
    if (options.json) return printJson({ ...backfill, estimateLeftMs: leftMs, partitions });
    print(
      table(
        ['day', 'run', 'state', 'because'].map((title) => ({ title })),
        partitions.map((one) => [
          one.day,
          one.runId,
          one.tries > 0 && one.state !== 'failed' ? `${one.state}, try ${one.tries + 1}` : one.state,
          one.reason ?? '',
        ]),
      ),
    );
    const left = leftMs === null ? '' : `, about ${duration(leftMs)} left`;
    print(`backfill ${id} of ${backfill.plan}: ${backfill.state}${backfill.endedAt === null ? left : ''}`);
  });
}

/** By how long its partitions took so far; null before the first is done. */
function estimateLeft(
  { parallel, endedAt }: BackfillRow,
  partitions: readonly PartitionRow[],
): number | null {
  if (endedAt !== null) return 0;
  const took = partitions.flatMap(({ startedAt, endedAt: end }) =>
    startedAt && end ? [end.getTime() - startedAt.getTime()] : [],
  );
  if (took.length === 0) return null;
  const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length;
  const open = partitions.filter(({ state }) => state === 'waiting' || state === 'started').length;
  return (mean * open) / parallel;
}

export async function cancel(text: string, options: CommonOptions): Promise<void> {
  const id = idOf(text);
  await withRecords(options, async (records) => {
    const asked = await cancelBackfill(records, id, userInfo().username);
    if (options.json) printJson({ id, asked });
    else print(asked ? `backfill ${id} ends: nothing more is begun` : `backfill ${id} is over already`);
  });
}

/** Says what became of a backfill that is over. @throws SihwangError when not all of it is good */
export function endOf(
  backfill: BackfillRow,
  partitions: readonly PartitionRow[],
  options: CommonOptions,
): void {
  const { id, plan, state } = backfill;
  if (options.json) printJson({ ...backfill, partitions });
  const inState = (wanted: PartitionRow['state']) => partitions.filter((one) => one.state === wanted).length;
  if (!options.json)
    print(
      `backfill ${id} of ${plan}: ${inState('succeeded')} succeeded, ${inState('kept')} kept, ${inState('failed')} failed, ${inState('cancelled')} cancelled`,
    );
  if (state === 'cancelled')
    throw new SihwangError('BACKFILL_CANCELLED', `backfill ${id} was cancelled`, {
      exit: EXIT.stopped,
      hint: 'Run the same command again; what is good is kept.',
    });
  const bad = partitions.find((one) => one.state === 'failed' || one.state === 'cancelled');
  if (bad)
    throw new SihwangError('BACKFILL_FAILED', `${bad.runId} ${bad.state}`, {
      exit: EXIT.tryAgain,
      hint: `sihwang runs show ${bad.runId} says why; the same command again keeps what is good.`,
    });
}

function idOf(text: string): number {
  const id = Number(text);
  if (Number.isInteger(id) && id > 0) return id;
  throw new SihwangError('BACKFILL_UNKNOWN', `${text} is not the number of a backfill`, {
    exit: EXIT.usage,
    hint: 'sihwang backfill list shows them.',
  });
}

async function withRecords(options: CommonOptions, work: (records: Records) => Promise<void>): Promise<void> {
  const records = await openRecords(homeOf(options), { onProgress: tell });
  try {
    await work(records);
  } finally {
    await records.close();
  }
}
