import { EXIT, SihwangError } from '../../domain/index.ts';
import { type JobRows, type JobSpec, jobKey, jobSha256, spentUsd, usdText } from '../../jobs/index.ts';

/** What jobs may cost together. An estimate by a table of prices, never a bill. */
export interface CostBound {
  /** Their longest attempts, as often as they may be tried, at the price of the table. */
  readonly boundUsd: number;
  /** The day of the price table. */
  readonly prices: string;
}

export interface CapOptions {
  readonly again: boolean;
  /** The lowest of those that are given holds, in USD. */
  readonly caps: readonly (number | null | undefined)[];
}

/**
 * What all jobs of a run may cost, these new ones included; null where none of them has a price.
 * @throws SihwangError `COST_ABOVE_CAP` (78) where that is more than a cap allows
 */
export async function costWithinCap(
  rows: JobRows,
  specs: readonly JobSpec[],
  { again, caps }: CapOptions,
): Promise<CostBound | null> {
  const [first] = specs.flatMap(({ placement }) => (placement.cost ? placement : []));
  if (!first) return null;
  const { home, run } = first;
  const standing = new Map((await rows.read(home, { run })).map((row) => [row.key, row]));
  let boundUsd = 0;
  for (const { job, placement } of specs) {
    const key = jobKey(placement.home, placement.run, jobSha256(job));
    const row = standing.get(key);
    standing.delete(key);
    const before = row?.spec.placement.cost;
    // one that is started anew may cost as much again beside what it has cost
    const anew = row && again && ['FAILED', 'CANCELLED', 'LOST'].includes(row.state);
    if (before && !anew) boundUsd += before.boundUsd;
    else
      boundUsd +=
        (placement.cost?.boundUsd ?? 0) + (before ? spentUsd(before, row!.spec.placement, row!.attempts) : 0);
  }
  for (const { spec } of standing.values()) boundUsd += spec.placement.cost?.boundUsd ?? 0;
  const cap = Math.min(...caps.map((one) => one ?? Number.POSITIVE_INFINITY));
  const prices = first.cost!.table;
  if (boundUsd <= cap) return { boundUsd, prices };
  throw new SihwangError(
    'COST_ABOVE_CAP',
    `the jobs of ${run} could cost up to ${usdText(boundUsd)}, and the cap is ${usdText(cap)}; nothing was submitted (an estimate by the prices of ${prices}, not a bill)`,
    {
      exit: EXIT.configuration,
      hint: 'Raise --max-cost or caps.maxCostUsdPerRun in aws.json of the home, or lower limits and resources there.',
    },
  );
}
