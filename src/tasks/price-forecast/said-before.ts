import type { CandidatePaths, CellCandidate, CombinationPart } from '../../forecast/index.ts';

/**
 * Paths from the positions `lag` before each origin, laid on the origins' own targets: what was said of the very same
 * days so many market days (weeks, 순) earlier. `paths` reach `lag` steps further than `pathSteps`.
 */
export function onSameTargets(
  paths: readonly CandidatePaths[],
  pathSteps: number,
  lag: number,
): CandidatePaths[] {
  const reach = pathSteps + lag;
  return paths.map((one) => {
    const count = one.mean.length / reach;
    const cut = (from: Float64Array) => {
      const out = new Float64Array(count * pathSteps);
      for (let j = 0; j < count; j++) out.set(from.subarray(j * reach + lag, (j + 1) * reach), j * pathSteps);
      return out;
    };
    return { name: one.name, role: one.role, scale: one.scale, mean: cut(one.mean), sigma: cut(one.sigma) };
  });
}

/**
 * Models that hold on to a share of what they said before of the same day; baselines stay what they are. The mean of
 * the logarithms of both, so nothing after the origin enters. Where nothing was said before, the new word stands.
 */
export function damped(
  now: readonly CandidatePaths[],
  before: readonly CandidatePaths[],
  share: number,
): CandidatePaths[] {
  return now.map((one, c) => {
    const earlier = before[c]?.mean;
    if (one.role === 'baseline' || !earlier) return one;
    const mean = one.mean.map((value, i) =>
      Number.isNaN(earlier[i]) ? value : value ** (1 - share) * earlier[i]! ** share,
    );
    return { ...one, mean };
  });
}

/** What a combination with these parts at each origin would have said from what its members said before; NaN = unknown. */
export function combinedBefore(
  parts: readonly (readonly CombinationPart[])[],
  before: readonly CellCandidate[],
): Float64Array {
  return Float64Array.from(parts, (members, j) => {
    if (members.length === 0) return Number.NaN;
    let log = 0;
    for (const { name, weight } of members)
      log += weight * Math.log(before.find((one) => one.name === name)?.mean[j] ?? Number.NaN);
    return Math.exp(log);
  });
}
