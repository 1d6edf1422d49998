import type { Panel } from '../../models/index.ts';
import type { Covariate } from './covariate-columns.ts';
import type { LongTable } from './read.ts';
import { badTable, quoted } from './refusal.ts';
import { type Frequency, stepsBetween } from './steps.ts';

/** Steps that a table may span beyond its rows before a wrong date or step is the likelier reading. */
const SPARSEST = { stepsPerRow: 20, steps: 10_000_000 };

/** A panel on equal steps and its covariates in the panel's layout. */
export interface Grid {
  readonly panel: Panel;
  readonly covariates: readonly Covariate[];
}

/**
 * The table on equal steps: where a row is absent between two others, its place holds NaN.
 * Expects a table whose neighbours are whole steps apart (`frequencyOf`). Throws SihwangError 65 when nearly
 * all places would be empty.
 */
export function onEqualSteps(table: LongTable, frequency: Frequency): Grid {
  const { ids, offsets: rows, stamps, values, form } = table;
  const lengths = ids.map((_, i) => {
    let length = 1;
    for (let row = rows[i]! + 1; row < rows[i + 1]!; row++) {
      length += stepsBetween(form, frequency, stamps[row - 1]!, stamps[row]!);
    }
    return length;
  });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total === values.length) {
    return { panel: { values, offsets: rows, ids }, covariates: table.covariates };
  }
  if (total > Math.max(SPARSEST.steps, SPARSEST.stepsPerRow * values.length)) {
    const widest = lengths.indexOf(lengths.reduce((most, length) => Math.max(most, length), 0));
    throw badTable(
      'TOO_SPARSE',
      {
        ko: `계열 ${quoted(ids[widest]!)}: ${frequency.code} 간격 ${lengths[widest]}단위에 행이 ${rows[widest + 1]! - rows[widest]!}개뿐이라 거의 다 빈 값이 됩니다`,
        en: `series ${quoted(ids[widest]!)} has ${rows[widest + 1]! - rows[widest]!} rows on ${lengths[widest]} steps of ${frequency.code}: nearly all would be missing`,
      },
      {
        ko: '잘못된 날짜가 없는지 보거나, 더 뜸한 --freq를 주세요.',
        en: 'Look for a wrong date in it, or give a coarser --freq.',
      },
    );
  }
  const offsets = new Int32Array(ids.length + 1);
  const place = new Int32Array(values.length);
  ids.forEach((_, i) => {
    let at = offsets[i]!;
    offsets[i + 1] = at + lengths[i]!;
    for (let row = rows[i]!; row < rows[i + 1]!; row++) {
      if (row > rows[i]!) at += stepsBetween(form, frequency, stamps[row - 1]!, stamps[row]!);
      place[row] = at;
    }
  });
  const spread = (from: Float64Array) => {
    const to = new Float64Array(total).fill(Number.NaN);
    for (let row = 0; row < from.length; row++) to[place[row]!] = from[row]!;
    return to;
  };
  return {
    panel: { values: spread(values), offsets, ids },
    covariates: table.covariates.map(({ name, values: column }) => ({ name, values: spread(column) })),
  };
}
