import uPlot from 'uplot';
import { formatPrice, formatVolume, type Language } from '../../show/index.ts';
import { type ChartColours, thin } from './chart-colours.ts';
import { type ChartColumns, isolated } from './chart-columns.ts';
import { dayTicks } from './day-ticks.ts';

const SECONDS_PER_DAY = 86_400;
/** More bars than this melt into a grey field, and cost more than they tell. */
const MOST_RANGE_BARS = 500;
const PRICE_HEIGHT = 320;
const VOLUME_HEIGHT = 92;
const AXIS_WIDTH = 62;

export interface PriceChartOptions {
  readonly columns: ChartColumns;
  readonly colours: ChartColours;
  readonly language: Language;
  /** Index of the day under the cursor; null when the pointer left. */
  onCursor(at: number | null): void;
}

export interface PriceChart {
  show(window: { readonly from: number; readonly to: number }): void;
  /** Moves the cursor to a day, bringing it into view. */
  point(at: number): void;
  resize(width: number): void;
  destroy(): void;
}

/** Order of the drawn columns; each band is a pair. */
const DRAWN = [
  'lo95',
  'hi95',
  'lo80',
  'hi80',
  'lo50',
  'hi50',
  'normalLow',
  'normalHigh',
  'normal',
  'mean',
  'price',
] as const;
const at = (name: (typeof DRAWN)[number]) => DRAWN.indexOf(name) + 1;

/** What the scale of prices has room for; the 95 % band runs off where it is wider, or it would squeeze the line. */
const RANGED = DRAWN.slice(2);

/** Lowest and highest of {@link RANGED} between two indices, with air above and below. */
function priceRange(columns: ChartColumns, from: number, to: number): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const bars = to - from <= MOST_RANGE_BARS;
  for (const name of bars ? (['low', 'high', ...RANGED] as const) : RANGED)
    for (let i = from; i <= to; i++) {
      const value = columns[name][i] ?? null;
      if (value === null) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (low > high) return [0, 1];
  const air = Math.max((high - low) * 0.06, high * 0.01);
  return [Math.max(0, low - air), high + air];
}

/** Whether the 95 % band of a shown day is wider than the scale. */
function runsOff({ series, scales }: uPlot, { days, hi95, lo95 }: ChartColumns): boolean {
  const [from = 0, to = 0] = series[0]?.idxs ?? [];
  const { min = 0, max = 0 } = scales.y ?? {};
  return days.some((_, i) => i >= from && i <= to && ((hi95[i] ?? max) > max || (lo95[i] ?? max) < min));
}

/** The day's lowest to highest, a thin bar behind the line. */
function drawRangeBars(u: uPlot, columns: ChartColumns, colours: ChartColours): void {
  const [from = 0, to = 0] = u.series[0]?.idxs ?? [];
  if (to - from > MOST_RANGE_BARS) return;
  const { ctx } = u;
  const perDay = u.bbox.width / Math.max(1, to - from + 1);
  ctx.save();
  ctx.beginPath();
  ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  ctx.clip();
  ctx.beginPath();
  ctx.strokeStyle = thin(colours.muted, 0.45);
  ctx.lineWidth = Math.min(5 * devicePixelRatio, Math.max(1, perDay * 0.5));
  for (let i = from; i <= to; i++) {
    const low = columns.low[i] ?? null;
    const high = columns.high[i] ?? null;
    if (low === null || high === null) continue;
    const x = u.valToPos((columns.days[i] ?? 0) * SECONDS_PER_DAY, 'x', true);
    ctx.moveTo(x, u.valToPos(low, 'y', true));
    ctx.lineTo(x, u.valToPos(high, 'y', true));
  }
  ctx.stroke();
  ctx.restore();
}

/** A small cross on the floor of the plot for each day left out of prices. */
function drawLeftOut(u: uPlot, columns: ChartColumns, colours: ChartColours): void {
  const { ctx } = u;
  const size = 3.5 * devicePixelRatio;
  const y = u.bbox.top + u.bbox.height - size * 2;
  ctx.save();
  ctx.strokeStyle = colours.ink;
  ctx.lineWidth = 1.3 * devicePixelRatio;
  ctx.beginPath();
  for (const day of columns.leftOutDays) {
    const x = u.valToPos(day * SECONDS_PER_DAY, 'x', true);
    if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) continue;
    ctx.moveTo(x - size, y - size);
    ctx.lineTo(x + size, y + size);
    ctx.moveTo(x + size, y - size);
    ctx.lineTo(x - size, y + size);
  }
  ctx.stroke();
  ctx.restore();
}

/** The same width and sides for both panes, so that a day stands over itself. */
function axes(
  options: PriceChartOptions,
  formatValue: (value: number) => string,
  space: number,
): uPlot.Axis[] {
  const { colours, language } = options;
  const look = {
    stroke: colours.muted,
    font: colours.font,
    ticks: { show: false },
    grid: { stroke: colours.grid, width: 1 },
  };
  return [
    {
      ...look,
      grid: { show: false },
      size: 26,
      space: 64,
      values: (_u, splits, _axis, _space, step) => dayTicks(splits, step, language),
    },
    { ...look, side: 3, size: AXIS_WIDTH, space, values: (_u, splits) => splits.map(formatValue) },
  ];
}

/** Takes the days that one pane shows over to the other. */
function follow(key: string, { scales: { x: own } }: uPlot, other: uPlot): void {
  const { min, max } = own ?? {};
  const { x } = other.scales;
  if (key === 'x' && min !== undefined && max !== undefined && (x?.min !== min || x.max !== max))
    other.setScale(key, { min, max });
}

/**
 * Draws price, normal year, fan and arrivals into `host`, two panes under one cursor. The host is of the class `runs-off`
 * while the 95 % band runs beyond the picture.
 */
export function mountPriceChart(host: HTMLElement, options: PriceChartOptions): PriceChart {
  const { columns, colours, language } = options;
  const times = columns.days.map((day) => day * SECONDS_PER_DAY);
  const alone = isolated(columns.price);
  const width = Math.max(200, host.clientWidth);
  // Each mount has a cursor of its own, also when two charts stand on a page.
  const sync = { key: `price-${Math.random()}`, setSeries: false };
  const line = (stroke: string, more: Partial<uPlot.Series> = {}): uPlot.Series => ({
    stroke,
    width: 1.5,
    points: { show: false },
    ...more,
  });
  const utc = (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC');
  const shared = { width, tzDate: utc, legend: { show: false } };
  const cursor = { sync, y: false, drag: { x: true, y: false }, points: { size: 7 } };

  const price = new uPlot(
    {
      ...shared,
      height: PRICE_HEIGHT,
      cursor,
      scales: {
        x: { time: true },
        y: {
          range: (u) =>
            priceRange(columns, u.series[0]?.idxs?.[0] ?? 0, u.series[0]?.idxs?.[1] ?? times.length - 1),
        },
      },
      axes: axes(options, (value) => (value === 0 ? '0' : formatPrice(value, language)), 44).map(
        (axis, index) => (index === 0 ? { ...axis, show: false } : axis),
      ),
      padding: [8, 10, 9, 0],
      series: [
        {},
        ...Array<uPlot.Series>(8).fill({ stroke: 'transparent', points: { show: false } }),
        line(colours.normal, { width: 1.25 }),
        line(colours.forecast, { width: 1.75, dash: [6, 4] }),
        line(colours.ink, {
          width: 1.75,
          points: {
            show: false,
            size: 4,
            fill: colours.ink,
            filter: (_u, _s, shown) => (shown ? null : alone),
          },
        }),
      ],
      bands: [
        { series: [at('normalHigh'), at('normalLow')], fill: thin(colours.normal, 0.18) },
        { series: [at('hi95'), at('lo95')], fill: thin(colours.forecast, 0.12) },
        { series: [at('hi80'), at('lo80')], fill: thin(colours.forecast, 0.16) },
        { series: [at('hi50'), at('lo50')], fill: thin(colours.forecast, 0.22) },
      ],
      hooks: {
        drawAxes: [(u) => drawRangeBars(u, columns, colours)],
        draw: [
          (u) => drawLeftOut(u, columns, colours),
          (u) => host.classList.toggle('runs-off', runsOff(u, columns)),
        ],
        setCursor: [(u) => options.onCursor(u.cursor.idx ?? null)],
        setScale: [(u, key) => follow(key, u, volume)],
      },
    },
    [times, ...DRAWN.map((name) => columns[name])] as uPlot.AlignedData,
    host,
  );

  const volume: uPlot = new uPlot(
    {
      ...shared,
      height: VOLUME_HEIGHT,
      cursor: { ...cursor, points: { show: false } },
      scales: { x: { time: true }, y: { range: (_u, _low, high) => [0, high > 0 ? high * 1.05 : 1] } },
      // bars stand on zero; its label would run into the first day's
      axes: axes(options, (value) => (value === 0 ? '' : formatVolume(value, language)), 30),
      padding: [4, 10, 0, 0],
      series: [
        {},
        {
          stroke: 'transparent',
          // an outline is taken off a bar's width, which leaves nothing where a day is two pixels wide
          width: 0,
          fill: thin(colours.muted, 0.55),
          points: { show: false },
          ...(uPlot.paths.bars ? { paths: uPlot.paths.bars({ size: [0.7, 12, 1], align: 0 }) } : {}),
        },
      ],
      hooks: {
        setScale: [(u, key) => follow(key, u, price)],
      },
    },
    [times, columns.volumeKg] as uPlot.AlignedData,
    host,
  );

  const show = ({ from, to }: { from: number; to: number }) =>
    price.setScale('x', { min: from * SECONDS_PER_DAY, max: to * SECONDS_PER_DAY });
  return {
    show,
    point(index) {
      const day = columns.days[index];
      if (day === undefined) return;
      const time = day * SECONDS_PER_DAY;
      const place = () => {
        const left = price.valToPos(time, 'x');
        const value = columns.price[index] ?? columns.mean[index] ?? null;
        price.setCursor({ left, top: value === null ? 0 : price.valToPos(value, 'y') });
        volume.setCursor({ left, top: 0 });
      };
      const { min = time, max = time } = price.scales.x ?? {};
      if (time >= min && time <= max) {
        place();
        return;
      }
      const span = (max - min) / SECONDS_PER_DAY;
      show(time < min ? { from: day, to: day + span } : { from: day - span, to: day });
      // The new scale holds from the next microtask on.
      queueMicrotask(place);
    },
    resize(next) {
      price.setSize({ width: next, height: PRICE_HEIGHT });
      volume.setSize({ width: next, height: VOLUME_HEIGHT });
    },
    destroy() {
      price.destroy();
      volume.destroy();
    },
  };
}
