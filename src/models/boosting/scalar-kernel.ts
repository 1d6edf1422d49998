import {
  BIN_BYTES,
  type BoostingKernel,
  CATEGORICAL,
  FEATURE_BYTES,
  FEATURE_NOTE_BYTES,
  GROUP,
  GROUP_BYTES,
  JOB,
  SPLIT_BYTES,
} from './job.ts';

/** The kernel in plain loops: what `kernels/asm/boosting.ts` does, sum for sum, so that both give the same bits. */
export function scalarKernel(memory: WebAssembly.Memory): BoostingKernel {
  const bytes = new Uint8Array(memory.buffer);
  const words = new Uint32Array(memory.buffer);
  const integers = new Int32Array(memory.buffer);
  const floats = new Float32Array(memory.buffer);
  const doubles = new Float64Array(memory.buffer);

  const sumGroup = (
    histogram: number,
    bins: number,
    rowBytes: number,
    rows: number,
    pairs: number,
    count: number,
  ): void => {
    doubles.fill(0, histogram >>> 3, (histogram + GROUP_BYTES) >>> 3);
    for (let i = 0; i < count; i++) {
      const first = bins + words[(rows >>> 2) + i]! * rowBytes;
      const gradient = floats[(pairs >>> 2) + 2 * i]!;
      const hessian = floats[(pairs >>> 2) + 2 * i + 1]!;
      for (let k = 0; k < GROUP; k++) {
        const at = (histogram + k * FEATURE_BYTES + bytes[first + k]! * BIN_BYTES) >>> 3;
        doubles[at]! += gradient;
        doubles[at + 1]! += hessian;
      }
    }
  };

  const subtract = (from: number, what: number, bins: number): void => {
    for (let i = 0; i <= 2 * bins + 1; i++) doubles[(from >>> 3) + i]! -= doubles[(what >>> 3) + i]!;
  };

  const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

  const search = (
    histogram: number,
    bins: number,
    kind: number,
    bounds: number,
    lambda: number,
    split: number,
  ): void => {
    const gradient = doubles[bounds >>> 3]!;
    const hessian = doubles[(bounds >>> 3) + 1]!;
    const least = doubles[(bounds >>> 3) + 2]!;
    const low = doubles[(bounds >>> 3) + 3]!;
    const high = doubles[(bounds >>> 3) + 4]!;
    const free = kind === 0 && low === -Infinity && high === Infinity;
    const missingGradient = doubles[histogram >>> 3]!;
    const missingHessian = doubles[(histogram >>> 3) + 1]!;
    let best = -Infinity;
    let bestGradient = 0;
    let bestHessian = 0;
    let bestBin = 0;
    let bestLeft = 0;
    const passes = missingHessian > 1e-10 * hessian ? 2 : 1;
    for (let pass = 0; pass < passes; pass++) {
      let g = pass === 0 ? 0 : missingGradient;
      let h = pass === 0 ? 0 : missingHessian;
      for (let bin = 1; bin <= bins; bin++) {
        const binHessian = doubles[(histogram >>> 3) + 2 * bin + 1]!;
        if (binHessian === 0) continue;
        g += doubles[(histogram >>> 3) + 2 * bin]!;
        h += binHessian;
        if (h < least) continue;
        const rightH = hessian - h;
        if (rightH < least) break;
        const rightG = gradient - g;
        const weight = h + lambda;
        const rightWeight = rightH + lambda;
        let gain: number;
        if (free) {
          const over = weight * rightWeight;
          const terms = g * g * rightWeight + rightG * rightG * weight;
          if (terms <= best * over) continue;
          gain = terms / over;
        } else {
          const left = clamp(-g / weight, low, high);
          const right = clamp(-rightG / rightWeight, low, high);
          if (kind * (right - left) < 0) continue;
          gain = -(2 * g * left + weight * left * left) - (2 * rightG * right + rightWeight * right * right);
        }
        if (gain > best) {
          best = gain;
          bestGradient = g;
          bestHessian = h;
          bestBin = bin;
          bestLeft = pass;
        }
      }
    }
    if (passes === 1) bestLeft = bestHessian >= hessian - bestHessian ? 1 : 0;
    doubles[split >>> 3] = best;
    doubles[(split >>> 3) + 1] = bestGradient;
    doubles[(split >>> 3) + 2] = bestHessian;
    integers[(split >>> 2) + 6] = bestBin;
    integers[(split >>> 2) + 7] = bestLeft;
  };

  const doGroup = (job: number, group: number): void => {
    const word = (offset: number): number => words[(job + offset) >>> 2]!;
    const notes = word(JOB.notes) + group * GROUP * FEATURE_NOTE_BYTES;
    if (!integers.subarray(notes / 4, (notes >>> 2) + 2 * GROUP).some((note, at) => at % 2 === 0 && note > 0))
      return;
    const small = word(JOB.smallHistogram) + group * GROUP_BYTES;
    const bins = word(JOB.bins) + group * GROUP;
    sumGroup(small, bins, word(JOB.rowBytes), word(JOB.rows), word(JOB.pairs), word(JOB.count));
    const lambda = doubles[(job + JOB.lambda) >>> 3]!;
    for (let k = 0; k < GROUP; k++) {
      const binCount = integers[(notes >>> 2) + 2 * k]!;
      if (binCount === 0) continue;
      const kind = integers[(notes >>> 2) + 2 * k + 1]!;
      const histogram = small + k * FEATURE_BYTES;
      const at = (group * GROUP + k) * SPLIT_BYTES;
      const { smallSplits, largeSplits, largeHistogram } = JOB;
      if (word(smallSplits) !== 0 && kind !== CATEGORICAL) {
        search(histogram, binCount, kind, job + JOB.small, lambda, word(smallSplits) + at);
      }
      if (word(largeHistogram) === 0) continue;
      const sibling = word(largeHistogram) + group * GROUP_BYTES + k * FEATURE_BYTES;
      subtract(sibling, histogram, binCount);
      if (kind !== CATEGORICAL)
        search(sibling, binCount, kind, job + JOB.large, lambda, word(largeSplits) + at);
    }
  };

  return {
    gather: (target, pairs, rows, count) => {
      for (let i = 0; i < count; i++) {
        const row = words[(rows >>> 2) + i]!;
        floats[(target >>> 2) + 2 * i] = floats[(pairs >>> 2) + 2 * row]!;
        floats[(target >>> 2) + 2 * i + 1] = floats[(pairs >>> 2) + 2 * row + 1]!;
      }
    },
    partition: (rows, spare, bins, count, goesLeft) => {
      let left = 0;
      let right = 0;
      for (let i = 0; i < count; i++) {
        const row = words[(rows >>> 2) + i]!;
        if (bytes[goesLeft + bytes[bins + row]!] === 1) words[(rows >>> 2) + left++] = row;
        else words[(spare >>> 2) + right++] = row;
      }
      words.copyWithin((rows >>> 2) + left, spare / 4, (spare >>> 2) + right);
      return left;
    },
    run: (job) => {
      for (let group = 0; group < words[(job + JOB.groups) >>> 2]!; group++) doGroup(job, group);
    },
  };
}
