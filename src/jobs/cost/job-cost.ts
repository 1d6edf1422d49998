import type { JobCost, Placement, Rates, Resources } from '../job.ts';
import type { JobAttempt } from '../job-rows.ts';
import type { Usage } from '../runner.ts';

/** No attempt is shorter than this to a provider, neither in its limit nor on its bill. */
export const LEAST_ATTEMPT_SECONDS = 60;
/** Beyond its limit an attempt may work so long: until the controller ends it, and from SIGTERM to SIGKILL. */
const OVERTIME_SECONDS = 180;

type Timed = Pick<Placement, 'limits' | 'resources'>;

/** USD an hour of a job with these resources, where they are or, without `spot`, at the most. */
function usdPerHour({ onDemand, spot }: Rates, { vcpu, memoryMiB, spot: mayGo }: Resources): number {
  const { perHour, perVcpuHour, perGibHour } = (mayGo ? spot : null) ?? onDemand;
  return perHour + vcpu * perVcpuHour + (memoryMiB / 1024) * perGibHour;
}

/** The most that one start can cost; on demand, for a job whose machine is taken away too often goes there. */
function startUsd(rates: Rates, { limits, resources }: Timed): number {
  const seconds = Math.max(limits.attemptSeconds, LEAST_ATTEMPT_SECONDS) + OVERTIME_SECONDS;
  return (seconds / 3600) * usdPerHour(rates, { ...resources, spot: false });
}

/** The upper bound of a job that was not begun: its longest attempt, as often as it may be tried. */
export function costOf(rates: Rates, placement: Timed): JobCost {
  return { ...rates, boundUsd: placement.limits.attempts * startUsd(rates, placement) };
}

/** What an attempt has cost; null where nobody has said how long it worked. */
export function attemptUsd(rates: Rates, resources: Resources, usage: Usage | null): number | null {
  if (!usage) return null;
  return ((usage.billedSeconds ?? usage.seconds) / 3600) * usdPerHour(rates, resources);
}

/** What attempts have cost together; one of which nothing is known counts as the most that it can have cost. */
export function spentUsd(
  cost: JobCost,
  placement: Timed,
  attempts: readonly Pick<JobAttempt, 'usd'>[],
): number {
  return attempts.reduce((sum, { usd }) => sum + (usd ?? startUsd(cost, placement)), 0);
}

/** How often a job may still be begun without passing its upper bound. */
export function startsLeft(cost: JobCost, placement: Timed, spent: number): number {
  // a rounding error of the sum is no reason to refuse the last start
  return Math.max(0, Math.floor((cost.boundUsd - spent) / startUsd(cost, placement) + 1e-9));
}

/** `USD 1.20`; more digits where two would read as nothing. */
export function usdText(usd: number): string {
  return `USD ${usd > 0 && usd < 0.1 ? usd.toPrecision(2) : usd.toFixed(2)}`;
}
