import { Link } from 'wouter-preact';
import type { BoardRow, LiveCell, SeriesInfo } from '../../api/contract.ts';
import {
  changePercent,
  formatDayShort,
  formatPrice,
  formatSignedPercent,
  formatVolume,
  type Language,
  priceUnit,
  Sparkline,
  specification,
  type Text,
} from '../../show/index.ts';
import { useSpeech } from '../language.ts';
import type { SortColumn, SortDirection } from '../page-address.ts';
import { ChangeLabel } from './change-label.tsx';
import { Earned, ForecastBadge } from './forecast-badge.tsx';
import { LiveBadge } from './live-badge.tsx';

/** The specification and the market; what is not stated is left out. */
export function specOf(row: SeriesInfo, language: Language): string {
  return [specification(row, language), row.market.name[language]].filter(Boolean).join(' · ');
}

function Comparison({ label, value }: { readonly label: string; readonly value: BoardRow['previous'] }) {
  const { text, language } = useSpeech();
  return (
    <td data-label={label} class="number">
      {value ? (
        <>
          <ChangeLabel percent={value.changePercent} />
          <small>
            {formatPrice(value.price, language)} ·{' '}
            <time dateTime={value.day}>{formatDayShort(value.day, language)}</time>
          </small>
        </>
      ) : (
        <span class="missing">{text.missing}</span>
      )}
    </td>
  );
}

function NormalYear({ label, value }: { readonly label: string; readonly value: BoardRow['normal'] }) {
  const { text, language } = useSpeech();
  return (
    <td data-label={label} class="number">
      {value ? (
        <>
          <ChangeLabel percent={value.changePercent} />
          <small>
            {formatPrice(value.price, language)} ·{' '}
            {value.kind === 'normal' ? text.normal.name : text.normal.mean(value.years)}
          </small>
        </>
      ) : (
        <span class="missing">{text.missing}</span>
      )}
    </td>
  );
}

function Arrivals({ label, row }: { readonly label: string; readonly row: BoardRow }) {
  const { text, language } = useSpeech();
  const percent = changePercent(row.previousVolumeKg, row.volumeKg);
  return (
    <td data-label={label} class="number">
      {row.volumeKg === null ? (
        <span class="missing">{text.missing}</span>
      ) : (
        <>
          {formatVolume(row.volumeKg, language)}
          {percent !== null && <small>{formatSignedPercent(percent, language)}</small>}
        </>
      )}
    </td>
  );
}

function Spark({ label, row }: { readonly label: string; readonly row: BoardRow }) {
  const { text, language } = useSpeech();
  const present = row.spark.filter((price) => price !== null);
  const first = present[0];
  const last = present.at(-1);
  const alternative =
    first === undefined || last === undefined
      ? ''
      : text.spark(
          ...([first, last, Math.min(...present), Math.max(...present)].map((price) =>
            formatPrice(price, language),
          ) as [string, string, string, string]),
        );
  return (
    <td data-label={label} class="spark-cell">
      {present.length > 1 ? (
        <Sparkline values={row.spark} width={104} height={28} label={alternative} />
      ) : (
        <span class="missing">{text.missing}</span>
      )}
    </td>
  );
}

interface ForecastColumnProps {
  readonly label: string;
  readonly row: BoardRow;
  readonly live: LiveCell | undefined;
}

function ForecastColumn({ label, row, live }: ForecastColumnProps) {
  const { text, language } = useSpeech();
  const cell = row.forecast;
  if (!cell)
    return (
      <td data-label={label} class="number forecast-cell">
        <span class="missing">{text.forecast.none}</span>
      </td>
    );
  const shown = cell.lo80 !== null && cell.hi80 !== null && cell.status !== 'withheld';
  return (
    <td data-label={label} class="number forecast-cell">
      {shown && cell.lo80 !== null && cell.hi80 !== null && (
        <span class="forecast-range">
          {text.forecast.range(formatPrice(cell.lo80, language), formatPrice(cell.hi80, language))}
        </span>
      )}
      <span class="forecast-verdict">
        {shown && <Earned cell={cell} />}
        {shown && <LiveBadge cell={live} />}
        <ForecastBadge cell={cell} />
      </span>
    </td>
  );
}

interface Column {
  readonly name: keyof Text['column'];
  readonly sort?: SortColumn;
}

const COLUMNS: readonly Column[] = [
  { name: 'item', sort: 'item' },
  { name: 'price', sort: 'price' },
  { name: 'previous', sort: 'previous' },
  { name: 'week', sort: 'week' },
  { name: 'year', sort: 'year' },
  { name: 'normal', sort: 'normal' },
  { name: 'volume', sort: 'volume' },
  { name: 'spark' },
  { name: 'forecast' },
];

interface BoardTableProps {
  readonly rows: readonly BoardRow[];
  readonly caption: string;
  readonly sort: SortColumn | undefined;
  readonly direction: SortDirection;
  readonly onSort: (column: SortColumn) => void;
  readonly hrefOf: (series: string) => string;
  /** What the forecasts have earned since they were issued, by series; a series without enough of it is absent. */
  readonly live: ReadonlyMap<string, LiveCell>;
  /** The feed has several price kinds, so each row says which is its own. */
  readonly severalKinds: boolean;
}

function SortHeader({
  column,
  sort,
  direction,
  onSort,
}: { readonly column: Column } & Pick<BoardTableProps, 'sort' | 'direction' | 'onSort'>) {
  const { text } = useSpeech();
  const label = text.column[column.name];
  const { sort: own } = column;
  if (!own)
    return (
      <th scope="col" class="plain-head">
        {label}
      </th>
    );
  const active = sort === own;
  return (
    <th scope="col" aria-sort={active ? (direction === 'asc' ? 'ascending' : 'descending') : 'none'}>
      <button type="button" onClick={() => onSort(own)}>
        {label}
        <span class="sort-mark" aria-hidden="true">
          {active ? (direction === 'asc' ? '↑' : '↓') : ''}
        </span>
      </button>
    </th>
  );
}

/** The movers: one row a series, the day's price beside what it is compared with and what is expected. */
export function BoardTable({
  rows,
  caption,
  sort,
  direction,
  onSort,
  hrefOf,
  live,
  severalKinds,
}: BoardTableProps) {
  const { text, language } = useSpeech();
  return (
    <table class="board">
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <SortHeader key={column.name} column={column} sort={sort} direction={direction} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.series}>
            <th scope="row">
              <Link href={hrefOf(row.series)}>{row.item.name[language]}</Link>
              {severalKinds && (
                <span class="tag tag-kind">{text.priceKind[row.priceKind] ?? row.priceKind}</span>
              )}
              <small>{specOf(row, language)}</small>
            </th>
            <td data-label={text.column.price} class="number price-cell">
              <b>{formatPrice(row.price, language)}</b>
              <small>{priceUnit(row.currency, row.unit, language)}</small>
            </td>
            <Comparison label={text.column.previous} value={row.previous} />
            <Comparison label={text.column.week} value={row.week} />
            <Comparison label={text.column.year} value={row.year} />
            <NormalYear label={text.column.normal} value={row.normal} />
            <Arrivals label={text.column.volume} row={row} />
            <Spark label={text.column.spark} row={row} />
            <ForecastColumn label={text.column.forecast} row={row} live={live.get(row.series)} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
