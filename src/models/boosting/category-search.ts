import { type LeafBounds, leafTerms, type Split } from './split.ts';

/** Categories are ordered by gradient over hessian plus this, so that rare ones do not stand at the ends. */
const SMOOTH = 10;
/** Added to the penalty: a set of categories is a freer choice than a threshold. */
const CATEGORY_LAMBDA = 10;
const MOST_CATEGORIES = 32;
/** Up to so many categories each is tried against all others. */
const ONE_AGAINST_REST = 4;
/** Rows a set grows by between two tries. */
const ROWS_PER_TRY = 100;

/** A set of categories to send left, and what the two sides lower the objective by, doubled. */
export type CategorySplit = Omit<Split, 'feature' | 'gain'> & { readonly terms: number };

/**
 * Looks for the best set of categories to send left (Fisher 1958: ordered by their means, the best set is a beginning
 * or an end of the order). Missing and rare categories, bin 0, go right. The constants are LightGBM's defaults.
 */
export class CategorySearch {
  private readonly gradients = new Float64Array(256);
  private readonly hessians = new Float64Array(256);
  private readonly means = new Float64Array(256);
  private readonly order = new Uint8Array(256);
  private readonly bins = new Uint8Array(256);
  private kinds = 0;

  /**
   * `sums[first + 2 * bin]` and the double after it are a bin's gradient and hessian; `rowsPerHessian` tells rows from
   * a hessian. Undefined when no set leaves enough on both sides.
   */
  best(
    sums: Float64Array,
    first: number,
    bins: number,
    leaf: LeafBounds,
    lambda: number,
    rowsPerHessian: number,
  ): CategorySplit | undefined {
    const single = bins <= ONE_AGAINST_REST;
    this.read(sums, first, bins, single ? 0 : SMOOTH / rowsPerHessian);
    let best = -Infinity;
    let bestFrom = 0;
    let bestTo = 0;
    const penalty = single ? lambda : lambda + CATEGORY_LAMBDA;
    const { gradients, hessians, kinds } = this;
    if (single) {
      for (let at = 0; at < kinds; at++) {
        const terms = this.terms(gradients[at]!, hessians[at]!, leaf, penalty);
        if (terms <= best) continue;
        best = terms;
        bestFrom = at;
        bestTo = at + 1;
      }
    } else {
      this.sort();
      const { order } = this;
      const most = Math.min(MOST_CATEGORIES, (kinds + 1) >> 1);
      const least = (ROWS_PER_TRY - 0.5) / rowsPerHessian;
      for (const step of [1, -1]) {
        let gradient = 0;
        let hessian = 0;
        let since = 0;
        for (let taken = 1; taken <= most; taken++) {
          const at = order[step > 0 ? taken - 1 : kinds - taken]!;
          gradient += gradients[at]!;
          hessian += hessians[at]!;
          since += hessians[at]!;
          if (since < least || hessian < leaf.least) continue;
          if (leaf.hessian - hessian < least) break;
          since = 0;
          const terms = this.terms(gradient, hessian, leaf, penalty);
          if (terms <= best) continue;
          best = terms;
          bestFrom = step > 0 ? 0 : kinds - taken;
          bestTo = step > 0 ? taken : kinds;
        }
      }
    }
    return best === -Infinity ? undefined : this.split(best, bestFrom, bestTo);
  }

  /** Keeps the bins that count: any with rows when there are few bins, else those of enough rows. */
  private read(sums: Float64Array, first: number, bins: number, smooth: number): void {
    this.kinds = 0;
    for (let bin = 1; bin <= bins; bin++) {
      const gradient = sums[first + 2 * bin]!;
      const hessian = sums[first + 2 * bin + 1]!;
      if (hessian <= 0 || hessian < smooth) continue;
      const at = this.kinds++;
      this.bins[at] = bin;
      this.order[at] = at;
      this.gradients[at] = gradient;
      this.hessians[at] = hessian;
      this.means[at] = gradient / (hessian + smooth);
    }
  }

  /** Orders by mean, equal ones by bin (Shell 1959, the gaps of Ciura 2001). */
  private sort(): void {
    const { order, means, kinds } = this;
    for (const gap of [132, 57, 23, 10, 4, 1]) {
      for (let i = gap; i < kinds; i++) {
        const one = order[i]!;
        const mean = means[one]!;
        let j = i;
        for (; j >= gap; j -= gap) {
          const other = order[j - gap]!;
          if (means[other]! < mean || (means[other]! === mean && other < one)) break;
          order[j] = other;
        }
        order[j] = one;
      }
    }
  }

  private terms(gradient: number, hessian: number, leaf: LeafBounds, penalty: number): number {
    const rest = leaf.hessian - hessian;
    if (hessian < leaf.least || rest < leaf.least) return -Infinity;
    return (
      leafTerms(gradient, hessian, penalty, leaf.low, leaf.high) +
      leafTerms(leaf.gradient - gradient, rest, penalty, leaf.low, leaf.high)
    );
  }

  private split(terms: number, from: number, to: number): CategorySplit {
    const set = new Uint8Array(256);
    let leftGradient = 0;
    let leftHessian = 0;
    for (let i = from; i < to; i++) {
      const at = this.order[i]!;
      set[this.bins[at]!] = 1;
      leftGradient += this.gradients[at]!;
      leftHessian += this.hessians[at]!;
    }
    return { terms, leftGradient, leftHessian, bin: 0, missingLeft: false, set };
  }
}
