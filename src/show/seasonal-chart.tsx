import { line } from 'd3-shape';
import type { VNode } from 'preact';

/** One year of a series by day of year (1 = 1 January); null = no price, drawn as a gap. */
export interface Season {
  readonly year: number;
  readonly points: readonly { readonly dayOfYear: number; readonly price: number | null }[];
}

export interface SeasonalChartProps {
  /** Oldest first; the last one is drawn in front. */
  readonly seasons: readonly Season[];
  readonly width: number;
  readonly height: number;
  /** The finding in words. */
  readonly label: string;
  readonly formatPrice: (price: number) => string;
  readonly formatMonth: (month: number) => string;
}

const LEFT = 62;
const RIGHT = 44;
const TOP = 8;
const BOTTOM = 22;
const DAYS = 366;
/** Days before the first of each month in a leap year, so that a date has one place in every year. */
const MONTH_STARTS = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335] as const;

/** Round numbers within [low, high], about `count` of them: 1, 2 or 5 times a power of ten apart. */
export function roundTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough / power >= 5 ? 10 : rough / power >= 2 ? 5 : rough / power >= 1 ? 2 : 1);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}

const LABEL_HEIGHT = 13;

/** Years whose label has room at the right edge; the latest is always named, later years before earlier ones. */
function labelled(ends: readonly { readonly year: number; readonly y: number }[]): ReadonlySet<number> {
  const placed: { year: number; y: number }[] = [];
  for (const end of ends.toReversed())
    if (placed.every(({ y }) => Math.abs(y - end.y) >= LABEL_HEIGHT)) placed.push(end);
  return new Set(placed.map(({ year }) => year));
}

/**
 * Years laid over one another by calendar day: the last one in ink, the earlier ones in grey.
 * Colours come from the classes `season-past`, `season-now`, `season-grid` and `season-text`.
 */
export function SeasonalChart(props: SeasonalChartProps): VNode | null {
  const { seasons, width, height, label, formatPrice, formatMonth } = props;
  const prices = seasons.flatMap(({ points }) =>
    points.flatMap(({ price }) => (price === null ? [] : [price])),
  );
  if (prices.length < 2) return null;
  const low = prices.reduce((least, price) => Math.min(least, price));
  const high = prices.reduce((most, price) => Math.max(most, price));
  const x = (dayOfYear: number) => LEFT + ((dayOfYear - 1) / (DAYS - 1)) * (width - LEFT - RIGHT);
  const y = (price: number) =>
    high === low ? height / 2 : height - BOTTOM - ((price - low) / (high - low)) * (height - TOP - BOTTOM);
  const path = line<Season['points'][number]>()
    .defined(({ price }) => price !== null)
    .x(({ dayOfYear }) => x(dayOfYear))
    .y(({ price }) => y(price ?? low))
    .digits(1);
  const drawn = seasons.map(({ year, points }, index) => {
    const last = points.findLast(({ price }) => price !== null);
    // A past year that stops early would be named in the midst of the others.
    const told = last && (index === seasons.length - 1 || last.dayOfYear > DAYS - 8);
    return { year, points, end: told ? { dayOfYear: last.dayOfYear, price: last.price ?? low } : undefined };
  });
  const named = labelled(drawn.flatMap(({ year, end }) => (end ? [{ year, y: y(end.price) }] : [])));
  const monthsApart = width < 560 ? 3 : 1;
  return (
    <svg
      class="season"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
    >
      {roundTicks(low, high, 5).map((price) => (
        <g key={price}>
          <line class="season-grid" x1={LEFT} x2={width - RIGHT} y1={y(price)} y2={y(price)} />
          <text class="season-text" x={LEFT - 8} y={y(price)} dy="0.32em" text-anchor="end">
            {formatPrice(price)}
          </text>
        </g>
      ))}
      {MONTH_STARTS.map(
        (start, month) =>
          month % monthsApart === 0 && (
            <text key={start} class="season-text" x={x(start + 1)} y={height - 6} text-anchor="start">
              {formatMonth(month + 1)}
            </text>
          ),
      )}
      {drawn.map(({ year, points, end }, index) => (
        <g key={year} class={index === drawn.length - 1 ? 'season-now' : 'season-past'}>
          <path d={path([...points]) ?? ''} />
          {end && named.has(year) && (
            <text x={x(end.dayOfYear) + 5} y={y(end.price)} dy="0.32em">
              {year}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}
