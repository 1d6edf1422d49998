import { existsSync } from 'node:fs';
import type { Bilingual, Table } from '../../domain/index.ts';
import { type CsvFile, type CsvRow, csvRows, csvTable, csvUnreadable } from './csv-table.ts';

/** What a program says of days to come: by these it is watched live, as our own forecasts are. Prices per one unit. */
export const FORECASTS: CsvFile = {
  name: 'forecasts.csv',
  code: 'COMMAND_FORECASTS_UNREADABLE',
  columns: {
    ...{ series: 'VARCHAR', horizon: 'VARCHAR', target_day: 'DATE', mean: 'DOUBLE' },
    ...{ lo50: 'DOUBLE', hi50: 'DOUBLE', lo80: 'DOUBLE', hi80: 'DOUBLE', lo95: 'DOUBLE', hi95: 'DOUBLE' },
  },
};

/** The ends of the intervals as they have to rise; the mean lies in the widest. */
const RISING = ['lo95', 'lo80', 'lo50', 'hi50', 'hi80', 'hi95'] as const;

/**
 * Forecasts as a program wrote them, one a series and horizon; null without the file. Whether series and days are those of the
 * snapshot is asked where they are issued.
 * @throws SihwangError `COMMAND_FORECASTS_UNREADABLE`, naming the line
 */
export function forecastsIn(path: string): Table | null {
  if (!existsSync(path)) return null;
  const rows = csvRows(path, FORECASTS);
  const said = new Set<string>();
  for (const row of rows) {
    const why = problemOf(row, said);
    if (why !== null) throw csvUnreadable(FORECASTS, row.line, why);
  }
  return csvTable(rows, FORECASTS);
}

function problemOf({ values }: CsvRow, said: Set<string>): Bilingual | null {
  const { series, horizon, mean } = values;
  if (series === '') return { ko: '계열의 이름이 없음', en: 'it names no series' };
  if (!/^[A-Z]{1,3}\d{1,2}$/.test(String(horizon)))
    return { ko: `W1 같은 예측 기간이 아님: ${horizon}`, en: `${horizon} is no horizon such as W1` };
  const cell = JSON.stringify([series, horizon]);
  if (said.has(cell))
    return { ko: `두 번 나옴: ${series} ${horizon}`, en: `${series} ${horizon} is said twice` };
  said.add(cell);
  const ends = RISING.map((name) => Number(values[name]));
  if (!(Number(mean) > 0) || ends.some((end) => !Number.isFinite(end)))
    return {
      ko: 'mean은 0보다 큰 가격이고, 구간의 끝은 모두 숫자여야 함',
      en: 'the mean is a price above 0, and every end of the intervals is a number',
    };
  if (
    ends.some((end, at) => at > 0 && end < ends[at - 1]!) ||
    Number(mean) < ends[0]! ||
    Number(mean) > ends[5]!
  )
    return {
      ko: `구간이 서로 안에 들지 않음: ${RISING.join(' ≤ ')}, mean은 가장 넓은 구간 안`,
      en: `the intervals do not lie in each other: ${RISING.join(' ≤ ')}, with the mean in the widest`,
    };
  return null;
}
