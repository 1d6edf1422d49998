import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import type { Forecast, Series } from '../../api/contract.ts';
import { priceUnit } from '../../show/index.ts';
import { onLookChange, readColours } from '../charts/chart-colours.ts';
import { chartColumns, windowOf } from '../charts/chart-columns.ts';
import { READINGS, type Reading, speakDay } from '../charts/chart-speech.ts';
import type { PriceChart } from '../charts/price-chart.ts';
import { useSpeech } from '../language.ts';
import { RANGES, type Range } from '../page-address.ts';
import { COLOURS_CHANGED } from '../preferences.ts';
import { SeriesTable } from './series-table.tsx';

interface FigureProps {
  readonly series: Series;
  readonly forecast: Forecast | undefined;
  readonly name: string;
  /** The finding in a sentence: the chart's text alternative. */
  readonly finding: string;
  readonly range: Range;
  readonly rangeMeaning: 'extremes' | 'tier-means' | 'none';
  readonly csv: string;
  readonly onRange: (range: Range) => void;
}

const SPOKEN_AFTER_MS = 150;
const PAGE_DAYS = 30;

function useDebounced(value: string, pauseMs: number): string {
  const [late, setLate] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return late;
}

/** The main chart with everything that makes it readable without eyes or mouse. */
export function PriceFigure({
  series,
  forecast,
  name,
  finding,
  range,
  rangeMeaning,
  csv,
  onRange,
}: FigureProps) {
  const { text, language } = useSpeech();
  const id = useId();
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<PriceChart | null>(null);
  const [look, setLook] = useState(0);
  const [at, setAt] = useState<number | null>(null);
  const [reading, setReading] = useState<Reading>('all');
  const [keyed, setKeyed] = useState(false);
  const [ready, setReady] = useState(false);
  const columns = useMemo(() => chartColumns(series, forecast), [series, forecast]);
  const unit = priceUnit(series.info.currency, series.info.unit, language);
  const chosenRange = useRef(range);
  chosenRange.current = range;

  useEffect(() => onLookChange(() => setLook((now) => now + 1), COLOURS_CHANGED), []);

  // `look` counts changes of scheme, contrast, sharpness and fonts: the canvas keeps none of them by itself.
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let gone = false;
    let sizes: ResizeObserver | undefined;
    import('../charts/price-chart.ts').then(({ mountPriceChart }) => {
      if (gone) return;
      const mounted = mountPriceChart(element, {
        columns,
        colours: readColours(element),
        language,
        onCursor: setAt,
      });
      chart.current = mounted;
      mounted.show(windowOf(columns, chosenRange.current));
      sizes = new ResizeObserver(() => mounted.resize(element.clientWidth));
      sizes.observe(element);
      setReady(true);
    });
    return () => {
      gone = true;
      sizes?.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [columns, language, look]);

  useEffect(() => chart.current?.show(windowOf(columns, range)), [columns, range]);

  const spoken = useDebounced(
    keyed && at !== null ? speakDay(columns, at, reading, unit, text, language) : '',
    SPOKEN_AFTER_MS,
  );

  const move = (next: number) => {
    const clamped = Math.max(0, Math.min(columns.days.length - 1, next));
    setKeyed(true);
    setAt(clamped);
    chart.current?.point(clamped);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const now = at ?? columns.lastPriced;
    const to: Partial<Record<string, number>> = {
      ArrowLeft: now - 1,
      ArrowRight: now + 1,
      PageUp: now - PAGE_DAYS,
      PageDown: now + PAGE_DAYS,
      Home: 0,
      End: columns.days.length - 1,
    };
    const target = to[event.key];
    const turn = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (target !== undefined) move(at === null && event.key.startsWith('Arrow') ? now : target);
    else if (turn !== 0) {
      setKeyed(true);
      setReading(
        (before) => READINGS[(READINGS.indexOf(before) + turn + READINGS.length) % READINGS.length] ?? 'all',
      );
    } else if (event.key === 'Escape') host.current?.blur();
    else return;
    event.preventDefault();
  };

  const shown = at ?? columns.lastPriced;
  const legend = [
    ['price', text.item.legend.price],
    ...(rangeMeaning === 'none'
      ? []
      : [['range', rangeMeaning === 'tier-means' ? text.item.legend.tiers : text.item.legend.range]]),
    ['normal', text.item.legend.normal],
    ['band', text.item.legend.band],
    ['fan', text.item.legend.fan],
    ['off', text.item.legend.runsOff],
    ...(columns.leftOutDays.length > 0 ? [['left-out', text.item.legend.leftOut]] : []),
  ] as const;

  return (
    <figure class="chart" aria-labelledby={`${id}-heading`} data-ready={ready}>
      <div class="chart-head">
        <h2 id={`${id}-heading`}>{text.item.chart}</h2>
        <fieldset class="ranges no-print">
          <legend class="visually-hidden">{text.item.range}</legend>
          {RANGES.map((each) => (
            <button key={each} type="button" aria-pressed={each === range} onClick={() => onRange(each)}>
              {text.item.ranges[each]}
            </button>
          ))}
        </fieldset>
      </div>
      <figcaption>{finding}</figcaption>
      <p class="readout" aria-hidden="true">
        {speakDay(columns, shown, 'all', unit, text, language)}
      </p>
      <div
        ref={host}
        class="chart-surface"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the application role makes it interactive
        tabIndex={0}
        role="application"
        aria-label={`${text.item.surface}: ${name}`}
        aria-describedby={`${id}-keys`}
        aria-details={`${id}-table`}
        onKeyDown={onKeyDown}
        onPointerMove={() => setKeyed(false)}
      />
      <p id={`${id}-keys`} class="visually-hidden">
        {text.item.instructions}
      </p>
      <p role="status" aria-live="polite" class="visually-hidden chart-spoken">
        {spoken && reading !== 'all'
          ? `${text.item.readingNow(text.item.reading[reading] ?? reading)}. ${spoken}`
          : spoken}
      </p>
      <ul class="legend" aria-hidden="true">
        {legend.map(([key, label]) => (
          <li key={key}>
            <i class={`key key-${key}`} />
            {label}
          </li>
        ))}
        <li>
          <i class="key key-volume" />
          {text.item.legend.volume}
        </li>
      </ul>
      <div class="chart-foot no-print">
        <details id={`${id}-table`} class="data-table">
          <summary>{text.item.table}</summary>
          <SeriesTable series={series} name={name} unit={unit} />
        </details>
        <a class="csv" href={csv} download>
          {text.item.csv}
        </a>
      </div>
    </figure>
  );
}
