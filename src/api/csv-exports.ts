import { dayNumber, fromDayNumber, localDate } from '../domain/index.ts';
import type { Board, BoardRow, Explanation, Meta, Series, SeriesInfo } from './contract.ts';
import { type CsvColumn, writeCsv } from './csv.ts';

/** Every row says what it is and where it is from: rows travel without the file they came in. */
function standing<Row>(meta: Meta): CsvColumn<Row>[] {
  return [
    { name: 'feed', of: () => meta.feed },
    { name: 'simulated', of: () => meta.simulated },
    { name: 'source', of: () => meta.attribution.en },
    { name: 'licence', of: () => meta.licence },
    { name: 'known_at_basis', of: () => meta.knownAtBasis },
    { name: 'as_of', of: () => meta.asOf },
    { name: 'version', of: () => meta.version },
  ];
}

function identity<Row>(info: (row: Row) => SeriesInfo): CsvColumn<Row>[] {
  return [
    { name: 'series', of: (row) => info(row).series },
    { name: 'price_kind', of: (row) => info(row).priceKind },
    { name: 'item_code', of: (row) => info(row).item.code },
    { name: 'item_ko', of: (row) => info(row).item.name.ko },
    { name: 'item_en', of: (row) => info(row).item.name.en },
    { name: 'variety', of: (row) => info(row).variety },
    { name: 'variety_ko', of: (row) => info(row).names.variety.ko },
    { name: 'variety_en', of: (row) => info(row).names.variety.en },
    { name: 'grade', of: (row) => info(row).grade },
    { name: 'grade_ko', of: (row) => info(row).names.grade.ko },
    { name: 'grade_en', of: (row) => info(row).names.grade.en },
    { name: 'package', of: (row) => info(row).package },
    { name: 'package_ko', of: (row) => info(row).names.package.ko },
    { name: 'package_en', of: (row) => info(row).names.package.en },
    { name: 'unit_value', of: (row) => info(row).unitValue },
    { name: 'market_code', of: (row) => info(row).market.code },
    { name: 'market_ko', of: (row) => info(row).market.name.ko },
    { name: 'market_en', of: (row) => info(row).market.name.en },
    { name: 'method', of: (row) => info(row).method },
    { name: 'method_ko', of: (row) => info(row).names.method.ko },
    { name: 'method_en', of: (row) => info(row).names.method.en },
    { name: 'currency', of: (row) => info(row).currency },
    { name: 'price_per', of: (row) => info(row).unit },
  ];
}

/** The board as a table: one line a row, comparisons with the days they stand for. */
export function boardCsv(board: Pick<Board, 'meta' | 'rows'>): string {
  return writeCsv<BoardRow>(
    [
      { name: 'day', of: () => board.meta.day },
      ...identity<BoardRow>((row) => row),
      { name: 'price', of: (row) => row.price },
      { name: 'low', of: (row) => row.low },
      { name: 'high', of: (row) => row.high },
      { name: 'volume_kg', of: (row) => row.volumeKg },
      { name: 'lots', of: (row) => row.lots },
      { name: 'previous_day', of: (row) => row.previous?.day ?? null },
      { name: 'previous_price', of: (row) => row.previous?.price ?? null },
      { name: 'previous_change_percent', of: (row) => row.previous?.changePercent ?? null },
      { name: 'week_day', of: (row) => row.week?.day ?? null },
      { name: 'week_price', of: (row) => row.week?.price ?? null },
      { name: 'year_day', of: (row) => row.year?.day ?? null },
      { name: 'year_price', of: (row) => row.year?.price ?? null },
      { name: 'normal_years', of: (row) => row.normal?.years ?? null },
      { name: 'normal_price', of: (row) => row.normal?.price ?? null },
      { name: 'normal_low', of: (row) => row.normal?.low ?? null },
      { name: 'normal_high', of: (row) => row.normal?.high ?? null },
      ...standing<BoardRow>(board.meta),
    ],
    board.rows,
  );
}

/** One series as a table: one line a day with a price or with one that was left out, and why. */
export function seriesCsv(series: Omit<Series, 'countWeight'>): string {
  const first = dayNumber(localDate(series.start));
  const leftOut = new Map(series.leftOut.map(({ index, reason }) => [index, reason]));
  const rows = series.price.flatMap((price, index) => (price !== null || leftOut.has(index) ? [index] : []));
  return writeCsv<number>(
    [
      { name: 'day', of: (index) => fromDayNumber(first + index * series.stepDays) },
      ...identity<number>(() => series.info),
      { name: 'price', of: (index) => series.price[index] ?? null },
      { name: 'low', of: (index) => series.low[index] ?? null },
      { name: 'high', of: (index) => series.high[index] ?? null },
      { name: 'volume_kg', of: (index) => series.volumeKg[index] ?? null },
      { name: 'normal_years', of: (index) => series.normalYears[index] || null },
      { name: 'normal_price', of: (index) => series.normal[index] ?? null },
      { name: 'normal_low', of: (index) => series.normalLow[index] ?? null },
      { name: 'normal_high', of: (index) => series.normalHigh[index] ?? null },
      { name: 'left_out', of: (index) => leftOut.get(index) ?? null },
      ...standing<number>(series.meta),
    ],
    rows,
  );
}

/** The rows behind the number of one series and day: where each stands in which raw file, what became of it and why. */
export function explanationCsv(told: Explanation): string {
  type Told = Explanation['rows'][number];
  const files = new Map(told.files.map((file) => [file.rawId, file]));
  const place = (row: { rawId: string; rawRow: number } | null) =>
    row === null ? null : `${row.rawId}:${row.rawRow}`;
  return writeCsv<Told>(
    [
      { name: 'day', of: () => told.day },
      { name: 'series', of: () => told.info.series },
      { name: 'published_price', of: () => told.published?.price ?? null },
      { name: 'raw_file', of: (row) => files.get(row.rawId)?.name ?? null },
      { name: 'raw_row', of: (row) => row.rawRow },
      { name: 'role', of: (row) => row.role },
      { name: 'why_ko', of: (row) => row.says.ko },
      { name: 'why_en', of: (row) => row.says.en },
      { name: 'rule', of: (row) => row.rule },
      { name: 'decided_by', of: (row) => place(row.by) },
      { name: 'known_at', of: (row) => row.knownAt },
      { name: 'known_at_basis', of: (row) => row.knownAtBasis },
      { name: 'received_at', of: (row) => row.receivedAt },
      ...['corporation', 'origin', 'lot', 'quantity', 'price', 'low', 'high', 'amount', 'volume_kg'].map(
        (name): CsvColumn<Told> => ({ name, of: (row) => row.values[name] ?? null }),
      ),
      { name: 'row_as_it_came', of: (row) => row.text },
      { name: 'raw_sha256', of: (row) => row.rawId },
      ...standing<Told>(told.meta),
    ],
    told.rows,
  );
}
