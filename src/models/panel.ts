/**
 * Many series in one block of memory: the only way to hand more than one series to a model.
 *
 * Series i is `values[offsets[i] .. offsets[i + 1])`, oldest first, on its own axis of equal steps (market days,
 * weeks, hours). NaN is a missing value; a step that never existed has no place on the axis at all.
 */
export interface Panel {
  readonly values: Float64Array;
  /** `ids.length + 1` positions into `values`, rising, the first 0 and the last `values.length`. */
  readonly offsets: Int32Array;
  readonly ids: readonly string[];
}

/**
 * Copies series into one panel; ids default to `'0'`, `'1'`, ... in the order given. NaN, `null` and `undefined` are
 * missing. Throws TypeError for a series that is no array, or a value that is no number.
 */
export function panelOf(series: readonly ArrayLike<number>[], ids?: readonly string[]): Panel {
  if (ids && ids.length !== series.length) {
    throw new RangeError(`${series.length} series but ${ids.length} ids: give one id for each series`);
  }
  const offsets = new Int32Array(series.length + 1);
  series.forEach((one, i) => {
    if (typeof one !== 'object' || one === null || !Number.isInteger(one.length)) {
      throw new TypeError(`series ${i} is no array of numbers; one series alone is a list of one: [values]`);
    }
    offsets[i + 1] = offsets[i]! + one.length;
  });
  const values = new Float64Array(offsets[series.length]!);
  series.forEach((one, i) => {
    if (ArrayBuffer.isView(one)) values.set(one, offsets[i]!);
    else copyNumbers(one, i, values.subarray(offsets[i]!, offsets[i + 1]!));
  });
  return { values, offsets, ids: ids ? [...ids] : series.map((_, i) => String(i)) };
}

/** JSON writes null for what is missing, which a typed array would take for 0; so would it an empty text. */
function copyNumbers(from: ArrayLike<unknown>, series: number, to: Float64Array): void {
  for (let t = 0; t < to.length; t++) {
    const value = from[t] ?? Number.NaN;
    if (typeof value !== 'number') {
      throw new TypeError(`series ${series}, value ${t}: ${JSON.stringify(String(value))} is not a number`);
    }
    to[t] = value;
  }
}

/** The values of series `index`, a view into the panel (not a copy). */
export function seriesOf(panel: Panel, index: number): Float64Array {
  return panel.values.subarray(panel.offsets[index]!, panel.offsets[index + 1]!);
}
