import type { DayNumber, LocalDate } from '../../domain/index.ts';
import { dayNumber, fromDayNumber } from '../../domain/index.ts';
import { formatRow, HEADER, type LotRow } from './lot-row.ts';
import { AMENDED_AT, MarketDayWriter } from './market-day.ts';
import { demoMarkets } from './markets.ts';
import { DEMO_CALENDAR, type DemoOptions, firstDay, WORLD_BEGINS } from './options.ts';
import { PriceWorld } from './price-world.ts';
import { demoItems } from './products.ts';
import { RowWriter } from './row-writer.ts';

/** Calendar days within which whatever is put right afterwards is recorded: 10 market days, over any holidays. */
const AMENDED_WITHIN_DAYS = 40;

/** Some bytes of a published file; a file's chunks follow one another, the first begins with the header. */
interface DemoChunk {
  readonly fileName: string;
  /** UTF-8 CSV; the caller's own. */
  readonly chunk: Uint8Array;
}

/**
 * Writes the demo market's files, one a year of publication (`demo-2024.csv`), in the order in which rows were
 * recorded. The same options give the same bytes; a later `through` with the same seed only adds rows at the end,
 * and another number of years only begins elsewhere, so a published row never changes.
 * Yields at least one chunk a year and never holds more than about one megabyte. Returns the number of lots sold.
 * With `since`, only what is published on that day and later is written, what belongs to earlier days too.
 */
export function* simulate(
  options: DemoOptions,
  { since }: { readonly since?: LocalDate } = {},
): Generator<DemoChunk, number> {
  const items = demoItems(options.items);
  const world = new PriceWorld(items, options.seed);
  const markets = demoMarkets(options.markets, items, options.lotsPerDay, options.seed);
  const days = new MarketDayWriter(items, markets, options.seed);
  const writer = new RowWriter();
  const amendments = new Map<DayNumber, LotRow[]>();
  const written = since === undefined ? firstDay(options) : dayNumber(since);
  const first = since === undefined ? written : written - AMENDED_WITHIN_DAYS;
  const last = dayNumber(options.through);
  let lots = 0;
  let fileName = '';
  for (let day = WORLD_BEGINS; day <= last; day += 1) {
    world.step(day);
    if (day < first || !DEMO_CALENDAR.isOpen(day)) continue;
    const yearFile = `demo-${fromDayNumber(day).slice(0, 4)}.csv`;
    if (day >= written && yearFile !== fileName) {
      if (fileName !== '') yield { fileName, chunk: writer.take() };
      fileName = yearFile;
      writer.text(`${HEADER.join(',')}\n`);
    }
    world.observe(day);
    const postpone = (marketDays: number, row: LotRow): void => {
      const due = marketDaysAfter(day, marketDays);
      const amended = { ...row, recorded_at: `${fromDayNumber(due)}${AMENDED_AT}` };
      const waiting = amendments.get(due);
      if (waiting) waiting.push(amended);
      else amendments.set(due, [amended]);
    };
    const rows = days.write(day, world, writer, postpone);
    let next = rows.next();
    for (; !next.done; next = rows.next()) if (day >= written) yield { fileName, chunk: next.value };
    if (day < written) {
      writer.take();
      continue;
    }
    lots += next.value;
    for (const row of amendments.get(day) ?? []) {
      writer.text(`${formatRow(row)}\n`);
      if (writer.full) yield { fileName, chunk: writer.take() };
    }
    amendments.delete(day);
  }
  if (fileName !== '') yield { fileName, chunk: writer.take() };
  return lots;
}

function marketDaysAfter(day: DayNumber, marketDays: number): DayNumber {
  let at = day;
  for (let left = marketDays; left > 0; ) {
    at += 1;
    if (DEMO_CALENDAR.isOpen(at)) left -= 1;
  }
  return at;
}
