import type { JsonObject } from '../../domain/index.ts';
import type { Job } from '../../jobs/index.ts';
import type { OpenSnapshot } from '../../lake/index.ts';
import type { Store } from '../../store/index.ts';
import { computedBy, taskNamed, type UntouchedContainer } from '../../tasks/index.ts';
import { PRICE_SEED } from '../../tasks/price-forecast/index.ts';
import { cutShards, keepShard, SHARD_SECONDS } from './shards.ts';

/** What is to be computed from a snapshot. */
export interface TaskWork {
  readonly task: string;
  readonly params: JsonObject;
  /** Only these items; all of the snapshot's by default. */
  readonly items?: ReadonlySet<string>;
  readonly horizons?: readonly string[];
  readonly shardSeconds?: number;
}

export interface TaskJobs {
  readonly jobs: readonly Job[];
  readonly items: number;
  /** What the task expects all of them to cost together. */
  readonly costSeconds: number;
  /** The image of the user's that does them as it stands; null = our worker does. */
  readonly untouched: UntouchedContainer | null;
}

/**
 * The jobs that compute a task from a snapshot, their shards kept in the store. The same work on the same snapshot by the
 * same code is the same jobs, whoever asks: what has been computed is found, not computed again.
 */
export async function taskJobs(store: Store, snapshot: OpenSnapshot, work: TaskWork): Promise<TaskJobs> {
  const task = await taskNamed(work.task);
  const params = task.readParams(work.params);
  const all = await task.items(snapshot, params);
  const wanted = work.items ? all.filter(({ item }) => work.items!.has(item)) : all;
  const shards = wanted.length === 0 ? [] : cutShards(wanted, work.shardSeconds ?? SHARD_SECONDS);
  const jobs: Job[] = [];
  for (const [index, shard] of shards.entries())
    jobs.push(
      await shardJob(store, snapshot, { ...work, task: task.name, params }, { index, items: shard.items }),
    );
  return {
    jobs,
    items: wanted.length,
    costSeconds: shards.reduce((sum, { costSeconds }) => sum + costSeconds, 0),
    untouched: task.untouched?.container(params) ?? null,
  };
}

/** The job that computes these items of a snapshot, in rising order; they are kept in the store. */
export async function shardJob(
  store: Store,
  snapshot: OpenSnapshot,
  { task, params, horizons = [] }: Pick<TaskWork, 'task' | 'params' | 'horizons'>,
  { index, items }: { readonly index: number; readonly items: readonly string[] },
): Promise<Job> {
  return {
    v: 1,
    task,
    params,
    snapshotSha256: snapshot.sha256,
    shard: { index, itemsSha256: await keepShard(store, items) },
    asOf: snapshot.manifest.asOf,
    horizons,
    codeVersion: computedBy().codeVersion,
    seed: PRICE_SEED,
  };
}
