import { FEWEST_ORIGINS } from './allowance.ts';
import { type CoverageVerdict, coverageWithin } from './coverage-bounds.ts';
import { longRunMean } from './long-run-mean.ts';
import type { OriginScores } from './origin-scores.ts';
import { studentUpper } from './student.ts';

/** The smallest gain that is worth a change of what people see: 1% of the champion's loss. */
export const SMALLEST_GAIN = 0.01;

export type EvidenceReason =
  | 'better'
  | 'too-few-origins'
  | 'not-significant'
  | 'gain-too-small'
  | 'coverage-out-of-bounds';

/** What a comparison of a challenger with the champion found; plain data, kept with the decision. */
export interface Evidence {
  readonly verdict: 'promote' | 'keep';
  readonly reason: EvidenceReason;
  /** Origins at which every horizon of both is known. */
  readonly origins: number;
  readonly firstOriginDay: number | null;
  readonly lastOriginDay: number | null;
  /** 1 - challenger's loss over the champion's, mean over the horizons: 0.05 = five percent better. */
  readonly gain: number;
  readonly test: {
    readonly name: 'equal-weighted-cosine';
    readonly statistic: number;
    readonly degrees: number;
    /** One-sided: the chance of such a gain were they equal. */
    readonly pValue: number;
    readonly alpha: number;
  };
  readonly byHorizon: readonly {
    readonly horizon: string;
    readonly championLoss: number;
    readonly challengerLoss: number;
    readonly gain: number;
  }[];
  /** The challenger's. */
  readonly coverage: CoverageVerdict;
}

/**
 * Whether a challenger has shown to be better than the champion: at the level `alpha` of a one-sided paired test on the
 * same origins, by at least {@link SMALLEST_GAIN}, with honest intervals. In doubt the champion stays.
 *
 * Each origin gives one number, the mean over the horizons of (champion's loss - challenger's) in units of the champion's
 * mean loss at that horizon: series of one week rise and fall together, so thousands of them count as one case. The mean
 * of these numbers is the gain, tested with its long-run variance (`longRunMean`), because horizons overlap.
 */
export function weighEvidence(champion: OriginScores, challenger: OriginScores, alpha: number): Evidence {
  const known = knownOrigins(champion, challenger);
  const at = (scores: ArrayLike<number>) => known.map((i) => scores[i]!);
  const byHorizon = champion.horizons.map(({ horizon, loss }, h) => {
    const championLoss = mean(at(loss));
    const challengerLoss = mean(at(challenger.horizons[h]!.loss));
    return { horizon, championLoss, challengerLoss, gain: 1 - challengerLoss / championLoss };
  });
  const gains = known.map((i) =>
    mean(
      champion.horizons.map(
        ({ loss }, h) => (loss[i]! - challenger.horizons[h]!.loss[i]!) / byHorizon[h]!.championLoss,
      ),
    ),
  );
  const found = longRunMean(gains);
  const statistic = found.mean / found.standardError;
  const pValue = found.standardError > 0 ? studentUpper(statistic, found.degrees) : found.mean > 0 ? 0 : 1;
  const coverage = coverageWithin({
    originDays: known.map((i) => challenger.originDays[i]!),
    horizons: challenger.horizons.map((one) => ({ ...one, loss: at(one.loss), inside80: at(one.inside80) })),
  });
  const reason: EvidenceReason =
    known.length < FEWEST_ORIGINS
      ? 'too-few-origins'
      : !(pValue <= alpha)
        ? 'not-significant'
        : !(found.mean >= SMALLEST_GAIN)
          ? 'gain-too-small'
          : coverage.within
            ? 'better'
            : 'coverage-out-of-bounds';
  return {
    verdict: reason === 'better' ? 'promote' : 'keep',
    reason,
    origins: known.length,
    firstOriginDay: known.length > 0 ? champion.originDays[known[0]!]! : null,
    lastOriginDay: known.length > 0 ? champion.originDays[known.at(-1)!]! : null,
    gain: found.mean,
    test: { name: 'equal-weighted-cosine', statistic, degrees: found.degrees, pValue, alpha },
    byHorizon,
    coverage,
  };
}

/** Origins at which every horizon of both has its outcome. */
function knownOrigins(champion: OriginScores, challenger: OriginScores): number[] {
  const same =
    champion.originDays.length === challenger.originDays.length &&
    Array.from(champion.originDays).every((day, i) => day === challenger.originDays[i]) &&
    champion.horizons.map(({ horizon }) => horizon).join() ===
      challenger.horizons.map(({ horizon }) => horizon).join();
  if (!same) throw new RangeError('champion and challenger are compared on the same origins and horizons');
  return Array.from({ length: champion.originDays.length }, (_, i) => i).filter((i) =>
    champion.horizons.every(({ loss }, h) => !Number.isNaN(loss[i]! + challenger.horizons[h]!.loss[i]!)),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
