import { formatDs } from './ds.ts';
import type { LongTable } from './read.ts';
import { badTable, quoted } from './refusal.ts';
import { type Frequency, stampsAhead } from './steps.ts';

/** The `ds` that follow a series' last row, written as its own are; k counts from 1. Throws SihwangError 65 past the last. */
export function dsAhead(table: LongTable, frequency: Frequency, series: number): (k: number) => string {
  const stamp = stampsAhead(table, frequency, series);
  return (k) => {
    const text = formatDs(table.form, stamp(k));
    if (text !== undefined) return text;
    throw badTable(
      'DS_OUT_OF_RANGE',
      {
        ko: `계열 ${quoted(table.ids[series]!)}: ${k}단위 앞은 쓸 수 있는 마지막 ds를 넘습니다`,
        en: `series ${quoted(table.ids[series]!)}: ${k} steps lead past the last ds that can be written`,
      },
      {
        ko: '--horizon을 줄이거나, 계열의 마지막 행에 잘못된 ds가 없는지 보세요.',
        en: 'Give a shorter --horizon, or look for a wrong ds in the last row of the series.',
      },
    );
  };
}

/** Throws SihwangError 65 unless every series has a `ds` for its last step ahead, before time is spent on forecasts. */
export function requireDsAhead(table: LongTable, frequency: Frequency, horizon: number): void {
  for (let i = 0; i < table.ids.length; i++) dsAhead(table, frequency, i)(horizon);
}
