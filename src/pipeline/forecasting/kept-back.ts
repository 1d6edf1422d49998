import { EXIT, SihwangError } from '../../domain/index.ts';
import type { JobOutcome } from '../../jobs/index.ts';
import type { Store } from '../../store/index.ts';
import { itemsOfShard } from './shards.ts';

/** The series of one job that failed for good: their previous forecasts stay published. */
export interface KeptBack {
  /** Name of the job, as its runner knows it. */
  readonly job: string;
  /** Why: the class of the job's error, and its runner's words. */
  readonly errorClass: string;
  readonly reason: string;
  /** Names the list of the series (`itemsOfShard`). */
  readonly itemsSha256: string;
  readonly series: number;
}

/**
 * A step some of whose shards failed is done in part as long as they hold no more than this share of its series. One
 * shard is an accident of its data or machine; a larger share has a cause in common, and what is published beside it is
 * not to be trusted either.
 */
const MOST_SHARE = 0.2;
const NAMED = 5;

/**
 * Tells the shards that are done from those that failed for good. Cancelled ones were somebody's wish, not an accident, so
 * they stop the step, as do failures that hold too much of it.
 * @throws SihwangError `JOBS_FAILED`
 */
export async function partFailed(
  store: Store,
  outcomes: readonly JobOutcome[],
  series: number,
): Promise<{ readonly done: readonly JobOutcome[]; readonly kept: readonly KeptBack[] }> {
  const done = outcomes.filter(({ state }) => state === 'SUCCEEDED');
  const kept: KeptBack[] = [];
  for (const outcome of outcomes) {
    const { name, state, shard, errorClass, error } = outcome;
    if (state === 'SUCCEEDED') continue;
    if ((state !== 'FAILED' && state !== 'LOST') || shard === null) throw jobsFailed(outcome);
    const items = await itemsOfShard(store, shard.itemsSha256);
    kept.push({
      ...{ job: name, errorClass: errorClass ?? 'bug', reason: error ?? 'it left no result' },
      ...{ itemsSha256: shard.itemsSha256, series: items.length },
    });
    if (sumOf(kept) > MOST_SHARE * series) throw jobsFailed(outcome);
  }
  return { done, kept };
}

/** What to say of a step that is done but for these; null when it is done. */
export async function keptBackProblem(
  store: Store,
  kept: readonly KeptBack[],
  series: number,
): Promise<SihwangError | null> {
  if (kept.length === 0) return null;
  const said: string[] = [];
  for (const { job, errorClass, reason, itemsSha256, series: count } of kept) {
    const some = (await itemsOfShard(store, itemsSha256)).slice(0, NAMED).join(', ');
    const more = count > NAMED ? ` and ${count - NAMED} more` : '';
    said.push(`${job} (${errorClass}: ${reason}) of ${some}${more}`);
  }
  return new SihwangError(
    'JOBS_PARTLY_FAILED',
    {
      ko: `계열 ${series}개 가운데 ${sumOf(kept)}개는 이전 예측을 유지합니다. 실패한 일감 ${kept.length}개: ${said.join('; ')}`,
      en: `${sumOf(kept)} of ${series} series keep their previous forecast, because ${kept.length === 1 ? 'a job' : `${kept.length} jobs`} failed: ${said.join('; ')}`,
    },
    {
      exit: EXIT.tryAgain,
      hint: {
        ko: 'sihwang runs retry RUN이 실패한 일감과 그에 딸린 것을 다시 합니다. 나머지는 그대로입니다.',
        en: 'sihwang runs retry RUN does the failed jobs again and what rests on them; the others stay.',
      },
    },
  );
}

/** The reason of each series that was kept back. */
export async function keptBackSeries(
  store: Store,
  kept: readonly KeptBack[],
): Promise<ReadonlyMap<string, KeptBack>> {
  const reasons = new Map<string, KeptBack>();
  for (const one of kept)
    for (const series of await itemsOfShard(store, one.itemsSha256)) reasons.set(series, one);
  return reasons;
}

/** What to say of a job that did not succeed. */
export function jobsFailed({ state, error }: JobOutcome): SihwangError {
  return new SihwangError(
    'JOBS_FAILED',
    {
      ko: `단계의 일감이 끝났습니다 (${state}): ${error ?? '결과 없음'}`,
      en: `a job of the step ended as ${state}: ${error ?? 'no result'}`,
    },
    {
      exit: EXIT.bug,
      hint: {
        ko: '까닭은 sihwang runs logs RUN. 원인을 없앤 뒤 sihwang runs retry RUN이 남은 것을 이어서 합니다.',
        en: 'sihwang runs logs RUN says why; after the cause is gone, sihwang runs retry RUN goes on with what is left.',
      },
    },
  );
}

function sumOf(kept: readonly KeptBack[]): number {
  return kept.reduce((sum, { series }) => sum + series, 0);
}
