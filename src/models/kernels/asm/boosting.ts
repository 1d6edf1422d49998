// asc: --enable threads --sharedMemory --maximumMemory 65536
// The inner loops of histogram boosting; src/models/boosting/job.ts describes the block that `run` works on, and
// src/models/boosting/scalar-kernel.ts does the same sums in plain loops.

const FEATURE: usize = 4096;
const GROUP: usize = 32768;
const CATEGORICAL: i32 = 2;

export function gather(target: usize, pairs: usize, rows: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<u64>(target, load<u64>(pairs + ((<usize>load<u32>(rows)) << 3)));
    target += 8;
    rows += 4;
  }
}

// Without branches: every row is written to both sides, and only the side it belongs to moves on.
export function partition(rows: usize, spare: usize, bins: usize, count: i32, goesLeft: usize): i32 {
  let left: usize = rows;
  let right: usize = spare;
  for (let i = 0; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2));
    const isLeft = <usize>load<u8>(goesLeft + <usize>load<u8>(bins + <usize>row));
    store<u32>(left, row);
    store<u32>(right, row);
    left += isLeft << 2;
    right += 4 - (isLeft << 2);
  }
  memory.copy(left, spare, right - spare);
  return <i32>((left - rows) >> 2);
}

function sumGroup(histogram: usize, words: usize, pairs: usize, count: usize): void {
  for (const end = words + (count << 3); words < end; words += 8, pairs += 8) {
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(pairs));
    const low = load<u32>(words);
    const high = load<u32>(words, 4);
    let place: usize;
    place = histogram + ((low << 4) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place), pair));
    place = histogram + ((low >> 4) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place, 1 * FEATURE), pair), 1 * FEATURE);
    place = histogram + ((low >> 12) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place, 2 * FEATURE), pair), 2 * FEATURE);
    place = histogram + ((low >> 20) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place, 3 * FEATURE), pair), 3 * FEATURE);
    place = histogram + ((high << 4) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place, 4 * FEATURE), pair), 4 * FEATURE);
    place = histogram + ((high >> 4) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place, 5 * FEATURE), pair), 5 * FEATURE);
    place = histogram + ((high >> 12) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place, 6 * FEATURE), pair), 6 * FEATURE);
    place = histogram + ((high >> 20) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place, 7 * FEATURE), pair), 7 * FEATURE);
  }
}

// The same for a group whose second half is not in play.
function sumHalf(histogram: usize, words: usize, pairs: usize, count: usize): void {
  for (const end = words + (count << 3); words < end; words += 8, pairs += 8) {
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(pairs));
    const low = load<u32>(words);
    let place: usize;
    place = histogram + ((low << 4) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place), pair));
    place = histogram + ((low >> 4) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place, 1 * FEATURE), pair), 1 * FEATURE);
    place = histogram + ((low >> 12) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place, 2 * FEATURE), pair), 2 * FEATURE);
    place = histogram + ((low >> 20) & 0xff0);
    v128.store(place, f64x2.add(v128.load(place, 3 * FEATURE), pair), 3 * FEATURE);
  }
}

// The same for one feature of a group most of which is not in play; `words` begins at its byte.
function sumOne(histogram: usize, words: usize, pairs: usize, count: usize): void {
  for (const end = words + (count << 3); words < end; words += 8, pairs += 8) {
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(pairs));
    const place = histogram + ((<usize>load<u8>(words)) << 4);
    v128.store(place, f64x2.add(v128.load(place), pair));
  }
}

function subtract(from: usize, what: usize, bins: i32): void {
  const end = from + ((<usize>bins) << 4);
  for (; from <= end; from += 16, what += 16) {
    v128.store(from, f64x2.sub(v128.load(from), v128.load(what)));
  }
}

// @ts-ignore: decorator
@inline
function clamp(value: f64, low: f64, high: f64): f64 {
  return value < low ? low : value > high ? high : value;
}

function search(histogram: usize, bins: i32, kind: i32, bounds: usize, lambda: f64, split: usize): void {
  const gradient = load<f64>(bounds);
  const hessian = load<f64>(bounds, 8);
  const least = load<f64>(bounds, 16);
  const low = load<f64>(bounds, 24);
  const high = load<f64>(bounds, 32);
  const free = kind == 0 && low == -Infinity && high == Infinity;
  const missingHessian = load<f64>(histogram, 8);
  const total = v128.load(bounds);
  let best = -Infinity;
  let bestPair = f64x2.splat(0);
  let bestBin = 0;
  let bestLeft = 0;
  const passes = missingHessian > 1e-10 * hessian ? 2 : 1;
  for (let pass = 0; pass < passes; pass++) {
    let sum = pass == 0 ? f64x2.splat(0) : v128.load(histogram);
    let place = histogram;
    for (let bin = 1; bin <= bins; bin++) {
      place += 16;
      const pair = v128.load(place);
      if (f64x2.extract_lane(pair, 1) == 0) continue;
      sum = f64x2.add(sum, pair);
      const h = f64x2.extract_lane(sum, 1);
      if (h < least) continue;
      const rest = f64x2.sub(total, sum);
      const restH = f64x2.extract_lane(rest, 1);
      if (restH < least) break;
      const g = f64x2.extract_lane(sum, 0);
      const restG = f64x2.extract_lane(rest, 0);
      const weight = h + lambda;
      const restWeight = restH + lambda;
      let gain: f64;
      if (free) {
        // g * g / weight + restG * restG / restWeight over one denominator: most bins lose without a division
        const over = weight * restWeight;
        const terms = g * g * restWeight + restG * restG * weight;
        if (terms <= best * over) continue;
        gain = terms / over;
      } else {
        const left = clamp(-g / weight, low, high);
        const right = clamp(-restG / restWeight, low, high);
        if (<f64>kind * (right - left) < 0) continue;
        gain = -(2 * g * left + weight * left * left) - (2 * restG * right + restWeight * right * right);
      }
      if (gain > best) {
        best = gain;
        bestPair = sum;
        bestBin = bin;
        bestLeft = pass;
      }
    }
  }
  if (passes == 1) {
    const bestHessian = f64x2.extract_lane(bestPair, 1);
    bestLeft = bestHessian >= hessian - bestHessian ? 1 : 0;
  }
  store<f64>(split, best);
  v128.store(split, bestPair, 8);
  store<i32>(split, bestBin, 24);
  store<i32>(split, bestLeft, 28);
}

// How many of the four features from `k` on are in play.
function inPlay(notes: usize, k: usize): i32 {
  let found = 0;
  for (const end = k + 4; k < end; k++) found += load<i32>(notes + (k << 3)) > 0 ? 1 : 0;
  return found;
}

function sum(histogram: usize, words: usize, pairs: usize, count: usize, notes: usize): void {
  const low = inPlay(notes, 0);
  const high = inPlay(notes, 4);
  if (low + high > 5) sumGroup(histogram, words, pairs, count);
  else if (low > 2 && high == 0) sumHalf(histogram, words, pairs, count);
  else {
    for (let k: usize = 0; k < 8; k++) {
      if (load<i32>(notes + (k << 3)) > 0) sumOne(histogram + k * FEATURE, words + k, pairs, count);
    }
  }
}

function searchGroup(job: usize, group: usize, notes: usize): void {
  const small = <usize>load<u32>(job, 24) + group * GROUP;
  const lambda = load<f64>(job, 64);
  const smallSplits = <usize>load<u32>(job, 44);
  const largeSplits = <usize>load<u32>(job, 48);
  const large = <usize>load<u32>(job, 28);
  for (let k: usize = 0; k < 8; k++) {
    const binCount = load<i32>(notes + (k << 3));
    if (binCount == 0) continue;
    const kind = load<i32>(notes + (k << 3), 4);
    const histogram = small + k * FEATURE;
    const at = ((group << 3) + k) << 5;
    if (smallSplits != 0 && kind != CATEGORICAL) search(histogram, binCount, kind, job + 72, lambda, smallSplits + at);
    if (large == 0) continue;
    const sibling = large + group * GROUP + k * FEATURE;
    subtract(sibling, histogram, binCount);
    if (kind != CATEGORICAL) search(sibling, binCount, kind, job + 112, lambda, largeSplits + at);
  }
}

// Brings the bytes of scattered rows together, the eight of each group in their own stretch.
function sortWords(
  target: usize,
  stretch: usize,
  bins: usize,
  rowBytes: usize,
  rows: usize,
  count: usize,
  groups: usize,
): void {
  for (const end = rows + (count << 2); rows < end; rows += 4, target += 8) {
    let from = bins + <usize>load<u32>(rows) * rowBytes;
    let to = target;
    for (const last = from + (groups << 3); from < last; from += 8, to += stretch) store<u64>(to, load<u64>(from));
  }
}

// The rows go through all groups of a share in blocks: the bytes of a row, which lie together, are fetched once, and
// while a group is summed little but its histograms passes through the nearest cache.
function doGroups(job: usize, from: usize, to: usize): void {
  const notes = <usize>load<u32>(job, 40);
  const small = <usize>load<u32>(job, 24);
  const bins = <usize>load<u32>(job, 32);
  const rowBytes = <usize>load<u32>(job, 36);
  const rows = <usize>load<u32>(job, 12);
  const pairs = <usize>load<u32>(job, 16);
  const count = <usize>load<u32>(job, 20);
  const block = <usize>load<u32>(job, 152);
  const buffer = <usize>load<u32>(job, 156) + from * (block << 3);
  memory.fill(small + from * GROUP, 0, (to - from) * GROUP);
  for (let first: usize = 0; first < count; first += block) {
    const some = min(block, count - first);
    sortWords(buffer, block << 3, bins + (from << 3), rowBytes, rows + (first << 2), some, to - from);
    const blockPairs = pairs + (first << 3);
    for (let group = from; group < to; group++) {
      sum(small + group * GROUP, buffer + (group - from) * (block << 3), blockPairs, some, notes + (group << 6));
    }
  }
  for (let group = from; group < to; group++) searchGroup(job, group, notes + (group << 6));
}

// A share is taken before anything of the job is read: whoever gets one knows that the job is the one now posted.
function help(job: usize): void {
  for (;;) {
    const share = <usize>atomic.add<i32>(job, 1);
    const shares = <usize>load<u32>(job, 8);
    if (share >= shares) return;
    const groups = <usize>load<u32>(job, 60);
    doGroups(job, (share * groups) / shares, ((share + 1) * groups) / shares);
    if (atomic.add<i32>(job, 1, 4) + 1 == <i32>shares) atomic.notify(job + 4, 1);
  }
}

export function run(job: usize, helped: i32): void {
  if (helped) {
    atomic.add<i32>(job, 1, 52);
    atomic.notify(job + 52, -1);
  }
  help(job);
  for (;;) {
    const done = atomic.load<i32>(job, 4);
    if (done >= load<i32>(job, 8)) return;
    atomic.wait<i32>(job + 4, done, -1);
  }
}

// What a thread beside the trainer's does until the training is over.
export function serve(job: usize): void {
  let seen = 0;
  for (;;) {
    atomic.wait<i32>(job + 52, seen, -1);
    seen = atomic.load<i32>(job, 52);
    if (atomic.load<i32>(job, 56) != 0) return;
    help(job);
  }
}
