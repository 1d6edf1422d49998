import { roundTicks } from '../../show/index.ts';
import type { LedgerPoint } from './ledger-points.ts';

interface LedgerChartProps {
  /** By target day, oldest first. */
  readonly points: readonly LedgerPoint[];
  readonly width: number;
  readonly height: number;
  /** The finding in words. */
  readonly label: string;
  readonly formatPrice: (price: number) => string;
  readonly formatDay: (day: string) => string;
}

const LEFT = 62;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 24;
const DOT = 3.5;

const timeOf = (day: string) => Date.parse(`${day}T00:00:00Z`);

/**
 * Each forecast as its 80% interval with a tick for its middle, at its target day, and the price that came: a full dot inside of
 * the interval, a hollow one outside. null without a point.
 */
export function LedgerChart({ points, width, height, label, formatPrice, formatDay }: LedgerChartProps) {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return null;
  const prices = points.flatMap(({ lo80, hi80, actual }) => [lo80, hi80, actual]);
  const low = Math.min(...prices);
  const high = Math.max(...prices);
  const [from, to] = [timeOf(first.targetDay), timeOf(last.targetDay)];
  const inner = width - LEFT - RIGHT - 2 * DOT;
  const x = (day: string) =>
    LEFT + DOT + (to === from ? inner / 2 : ((timeOf(day) - from) / (to - from)) * inner);
  const y = (price: number) =>
    high === low
      ? height / 2
      : height - BOTTOM - ((price - low) / (high - low)) * (height - TOP - BOTTOM - DOT);
  const bar = Math.max(2, Math.min(6, inner / points.length / 2));
  return (
    <svg
      class="season ledger-chart"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
    >
      {roundTicks(low, high, 4).map((price) => (
        <g key={price}>
          <line class="season-grid" x1={LEFT} x2={width - RIGHT} y1={y(price)} y2={y(price)} />
          <text x={LEFT - 8} y={y(price)} dy="0.32em" text-anchor="end">
            {formatPrice(price)}
          </text>
        </g>
      ))}
      {points.map(({ originDay, targetDay, mean, lo80, hi80 }) => (
        <g key={originDay}>
          <rect
            class="said"
            x={x(targetDay) - bar / 2}
            y={y(hi80)}
            width={bar}
            height={Math.max(1, y(lo80) - y(hi80))}
          />
          <line
            class="said-middle"
            x1={x(targetDay) - bar}
            x2={x(targetDay) + bar}
            y1={y(mean)}
            y2={y(mean)}
          />
        </g>
      ))}
      {points.map(({ originDay, targetDay, actual, inside }) => (
        <circle
          key={originDay}
          class={inside ? 'came' : 'came came-outside'}
          cx={x(targetDay)}
          cy={y(actual)}
          r={DOT}
        />
      ))}
      <text x={LEFT} y={height - 6}>
        {formatDay(first.targetDay)}
      </text>
      {to > from && (
        <text x={width - RIGHT} y={height - 6} text-anchor="end">
          {formatDay(last.targetDay)}
        </text>
      )}
    </svg>
  );
}
