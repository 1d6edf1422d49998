import { EXIT, SihwangError } from '../../domain/index.ts';
import {
  type JobRow,
  type JobRows,
  type JobSpec,
  jobKey,
  jobSha256,
  spentUsd,
  usdText,
} from '../../jobs/index.ts';

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
  /** What all runs of the home may cost in 24 hours, in USD. */
  readonly capPerDay?: number | undefined;
  /** Default: the clock. */
  readonly now?: Date;
}

const DAY_MS = 24 * 3_600_000;
const ENDED: readonly string[] = ['SUCCEEDED', 'FAILED', 'CANCELLED', 'LOST'];

/**
 * What all jobs of a run may cost, these new ones included; null where none of them has a price.
 * @throws SihwangError `COST_ABOVE_CAP`, `COST_ABOVE_DAY_CAP` (78) where that, or it with what other runs of 24 hours may
 * still cost and have cost, is more than a cap allows
 */
export async function costWithinCap(
  rows: JobRows,
  specs: readonly JobSpec[],
  { again, caps, capPerDay, now = new Date() }: CapOptions,
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
  if (boundUsd <= cap) {
    if (capPerDay !== undefined)
      checkDay(
        boundUsd,
        (await rows.read(home, { since: new Date(+now - DAY_MS) })).filter((row) => row.run !== run),
        { run, prices, capPerDay },
      );
    return { boundUsd, prices };
  }
  throw new SihwangError(
    'COST_ABOVE_CAP',
    {
      ko: `${run}의 일감은 ${usdText(boundUsd)}까지 들 수 있는데 한도는 ${usdText(cap)}입니다. 아무것도 제출하지 않았습니다 (${prices} 가격표로 어림, 청구서가 아님)`,
      en: `the jobs of ${run} could cost up to ${usdText(boundUsd)}, and the cap is ${usdText(cap)}; nothing was submitted (an estimate by the prices of ${prices}, not a bill)`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '--max-cost나 홈의 aws.json의 caps.maxCostUsdPerRun을 올리거나, 그곳의 limits와 resources를 낮추세요.',
        en: 'Raise --max-cost or caps.maxCostUsdPerRun in aws.json of the home, or lower limits and resources there.',
      },
    },
  );
}

/** What has ended has cost what it has cost; what goes on counts by its bound. */
function checkDay(
  boundUsd: number,
  others: readonly JobRow[],
  { run, prices, capPerDay }: { readonly run: string; readonly prices: string; readonly capPerDay: number },
): void {
  const others24 = others.reduce((sum, { state, spec: { placement }, attempts }) => {
    const { cost } = placement;
    if (!cost) return sum;
    return sum + (ENDED.includes(state) ? spentUsd(cost, placement, attempts) : cost.boundUsd);
  }, 0);
  if (boundUsd + others24 <= capPerDay) return;
  throw new SihwangError(
    'COST_ABOVE_DAY_CAP',
    {
      ko: `${run}의 일감은 ${usdText(boundUsd)}까지 들 수 있고, 24시간 안의 다른 작업 ${usdText(others24)}까지 더하면 하루 한도(${usdText(capPerDay)})를 넘습니다. 아무것도 제출하지 않았습니다 (${prices} 가격표로 어림, 청구서가 아님)`,
      en: `the jobs of ${run} could cost up to ${usdText(boundUsd)}; with the ${usdText(others24)} of other runs in 24 hours that passes the cap of a day, ${usdText(capPerDay)}; nothing was submitted (an estimate by the prices of ${prices}, not a bill)`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: `그 작업들이 하루를 넘긴 뒤에 sihwang runs retry ${run}. 또는 홈의 aws.json의 caps.maxCostUsdPerDay를 올리세요.`,
        en: `Later, when those runs are a day old: sihwang runs retry ${run}. Or raise caps.maxCostUsdPerDay in aws.json of the home.`,
      },
    },
  );
}
