import { line } from 'd3-shape';
import type { VNode } from 'preact';

export interface SparklineProps {
  /** Oldest first; null = no price that day, drawn as a gap. */
  readonly values: readonly (number | null)[];
  readonly width: number;
  readonly height: number;
  /** The finding in words; without it the picture is decoration for assistive technology. */
  readonly label?: string;
}

/** A line without axes and a dot on the last price. Colours come from the classes `spark-line` and `spark-dot`. */
export function Sparkline({ values, width, height, label }: SparklineProps): VNode | null {
  const present = values.filter((value) => value !== null);
  if (present.length < 2) return null;
  const low = Math.min(...present);
  const high = Math.max(...present);
  const pad = 3;
  const x = (index: number) => pad + (index / (values.length - 1)) * (width - 2 * pad);
  const y = (value: number) =>
    high === low ? height / 2 : height - pad - ((value - low) / (high - low)) * (height - 2 * pad);
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))
    .digits(1)(values);
  const last = values.findLastIndex((value) => value !== null);
  const box = { class: 'spark', viewBox: `0 0 ${width} ${height}`, width, height };
  const picture = (
    <>
      <path class="spark-line" d={path ?? ''} />
      <circle class="spark-dot" cx={x(last)} cy={y(values[last] ?? low)} r="2" />
    </>
  );
  return label ? (
    <svg role="img" aria-label={label} {...box}>
      {picture}
    </svg>
  ) : (
    <svg aria-hidden="true" {...box}>
      {picture}
    </svg>
  );
}
