import type { Panel } from '../../models/index.ts';
import type { LongTable } from './read.ts';
import { badTable, quoted } from './refusal.ts';
import { type Frequency, stepsBetween } from './steps.ts';

/** Steps that a table may span beyond its rows before a wrong date or step is the likelier reading. */
const SPARSEST = { stepsPerRow: 20, steps: 10_000_000 };

/**
 * The table on equal steps: where a row is absent between two others, its place holds NaN.
 * Expects a table whose neighbours are whole steps apart (`frequencyOf`). Throws SihwangError 65 when nearly
 * all places would be empty.
 */
export function onEqualSteps(table: LongTable, frequency: Frequency): Panel {
  const { ids, offsets: rows, stamps, values, form } = table;
  const lengths = ids.map((_, i) => {
    let length = 1;
    for (let row = rows[i]! + 1; row < rows[i + 1]!; row++) {
      length += stepsBetween(form, frequency, stamps[row - 1]!, stamps[row]!);
    }
    return length;
  });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total === values.length) return { values, offsets: rows, ids };
  if (total > Math.max(SPARSEST.steps, SPARSEST.stepsPerRow * values.length)) {
    const widest = lengths.indexOf(lengths.reduce((most, length) => Math.max(most, length), 0));
    throw badTable(
      'TOO_SPARSE',
      `series ${quoted(ids[widest]!)} has ${rows[widest + 1]! - rows[widest]!} rows on ${lengths[widest]} steps of ${frequency.code}: nearly all would be missing`,
      'Look for a wrong date in it, or give a coarser --freq.',
    );
  }
  const offsets = new Int32Array(ids.length + 1);
  const filled = new Float64Array(total).fill(Number.NaN);
  ids.forEach((_, i) => {
    let at = offsets[i]!;
    offsets[i + 1] = at + lengths[i]!;
    for (let row = rows[i]!; row < rows[i + 1]!; row++) {
      if (row > rows[i]!) at += stepsBetween(form, frequency, stamps[row - 1]!, stamps[row]!);
      filled[at] = values[row]!;
    }
  });
  return { values: filled, offsets, ids };
}
