/** Each position's last known value at or before it, NaN before the first. */
export function lastKnown(values: Float64Array): Float64Array {
  let last = Number.NaN;
  return values.map((value) => {
    if (!Number.isNaN(value)) last = value;
    return last;
  });
}

/** Mean of the known values among the `width` positions up to each one, NaN with fewer than `atLeast`. */
export function trailingMean(values: Float64Array, width: number, atLeast = 1): Float64Array {
  let sum = 0;
  let count = 0;
  return values.map((value, t) => {
    if (!Number.isNaN(value)) {
      sum += value;
      count++;
    }
    const leaving = t >= width ? values[t - width]! : Number.NaN;
    if (!Number.isNaN(leaving)) {
      sum -= leaving;
      count--;
    }
    return count >= atLeast ? sum / count : Number.NaN;
  });
}

/** Mean of the newest `width` known values at or before each position, however far back they lie; fewer at the start. */
export function meanOfLast(values: Float64Array, width: number): Float64Array {
  const ring = new Float64Array(width);
  let seen = 0;
  let mean = Number.NaN;
  return values.map((value) => {
    if (Number.isNaN(value)) return mean;
    ring[seen++ % width] = value;
    const count = Math.min(seen, width);
    let sum = 0;
    for (let j = 0; j < count; j++) sum += ring[j]!;
    mean = sum / count;
    return mean;
  });
}

/** The largest known value among the `width` positions up to each one. */
export function trailingMax(values: Float64Array, width: number): Float64Array {
  const falling: number[] = [];
  let first = 0;
  return values.map((value, t) => {
    if (!Number.isNaN(value)) {
      while (falling.length > first && values[falling[falling.length - 1]!]! <= value) falling.pop();
      falling.push(t);
    }
    while (first < falling.length && falling[first]! <= t - width) first++;
    return first < falling.length ? values[falling[first]!]! : Number.NaN;
  });
}

/** Mean of the known values within `half` positions on both sides: it looks ahead, so it is read of earlier years only. */
export function centredMean(values: Float64Array, half: number): Float64Array {
  if (half === 0) return values;
  const padded = new Float64Array(values.length + half).fill(Number.NaN);
  padded.set(values);
  return trailingMean(padded, 2 * half + 1).subarray(half);
}

/** Each position's difference to the position `lag` earlier. */
export function moveOver(values: Float64Array, lag: number): Float64Array {
  return values.map((value, t) => (t >= lag ? value - values[t - lag]! : Number.NaN));
}

export function minus(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, t) => value - right[t]!);
}

/** Mean over the known ones of several columns, position by position. */
export function meanAcross(columns: readonly Float64Array[], length: number): Float64Array {
  const sum = new Float64Array(length);
  const count = new Int32Array(length);
  for (const column of columns) {
    for (let t = 0; t < length; t++) {
      if (Number.isNaN(column[t])) continue;
      sum[t] = sum[t]! + column[t]!;
      count[t] = count[t]! + 1;
    }
  }
  return sum.map((total, t) => (count[t]! > 0 ? total / count[t]! : Number.NaN));
}
