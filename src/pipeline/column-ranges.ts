/** First row and the row after the last of each value in a sorted column. */
export function rangesOf<T>(sorted: readonly T[], rowCount: number): Map<T, readonly [number, number]> {
  const ranges = new Map<T, readonly [number, number]>();
  let from = 0;
  for (let row = 1; row <= rowCount; row++) {
    if (row < rowCount && sorted[row] === sorted[from]) continue;
    ranges.set(sorted[from]!, [from, row]);
    from = row;
  }
  return ranges;
}
