import type { SeriesForecast } from 'sihwang/forecast';

const WIDTH = 720;
const HEIGHT = 240;
const MARGIN = { left: 64, right: 12, top: 10, bottom: 10 };
const TICKS = 4;
const SVG = 'http://www.w3.org/2000/svg';

/** The newest known values and the fan of a forecast behind them, as an SVG picture with a name for screen readers. */
export function fanChart(known: Float64Array, answer: SeriesForecast, name: string): SVGSVGElement {
  const horizon = answer.mean.length;
  const past = known.subarray(Math.max(0, known.length - Math.max(24, 4 * horizon)));
  const widest = answer.intervals.at(-1)!;
  const seen = [...past, ...widest.lo, ...widest.hi].filter((value) => !Number.isNaN(value));
  const low = Math.min(...seen);
  const high = Math.max(...seen);
  const span = high - low || Math.abs(high) || 1;
  const x = (t: number) =>
    MARGIN.left + (t / (past.length - 1 + horizon)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    HEIGHT - MARGIN.bottom - ((value - low) / span) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const at = (t: number, value: number) => `${x(t).toFixed(1)},${y(value).toFixed(1)}`;
  const ahead = (k: number) => past.length + k;

  const svg = element('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': name,
  }) as SVGSVGElement;
  for (let i = 0; i <= TICKS; i++) {
    const value = low + (span * i) / TICKS;
    svg.append(
      element('line', {
        class: 'grid',
        x1: `${MARGIN.left}`,
        x2: `${WIDTH - MARGIN.right}`,
        y1: `${y(value)}`,
        y2: `${y(value)}`,
      }),
    );
    const label = element('text', {
      class: 'axis',
      x: `${MARGIN.left - 6}`,
      y: `${y(value) + 4}`,
      'text-anchor': 'end',
    });
    label.textContent = String(Number(value.toPrecision(4)));
    svg.append(label);
  }
  for (const { lo, hi } of answer.intervals.toReversed()) {
    const upper = [...hi].map((value, k) => at(ahead(k), value));
    const lower = [...lo].map((value, k) => at(ahead(k), value)).reverse();
    svg.append(element('polygon', { class: 'fan', points: [...upper, ...lower].join(' ') }));
  }
  const line: string[] = [];
  past.forEach((value, t) => {
    if (!Number.isNaN(value)) line.push(at(t, value));
  });
  svg.append(element('polyline', { class: 'known', points: line.join(' ') }));
  const mean = [...answer.mean].map((value, k) => at(ahead(k), value));
  svg.append(element('polyline', { class: 'mean', points: mean.join(' ') }));
  return svg;
}

function element(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
