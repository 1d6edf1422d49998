import type { Language } from './language.ts';

/** A step of a run as a bar; moments in milliseconds, null where it has not come to it. */
export interface TimedStep {
  readonly id: string;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
}

const WIDTH = 40;

/**
 * Bars of equal length, one a step, from the run's first moment to its last: `·` before it began, `█` while it was under
 * way, `░` from then on for one that goes on still. `nowMs` ends what has not ended.
 */
export function timelineBars(steps: readonly TimedStep[], nowMs: number): string[] {
  const begins = steps.flatMap(({ startedMs }) => startedMs ?? []);
  const first = Math.min(...begins);
  const last = Math.max(
    ...steps.map(({ startedMs, endedMs }) => endedMs ?? (startedMs === null ? 0 : nowMs)),
  );
  const span = Math.max(1, last - first);
  const at = (ms: number) => Math.min(WIDTH - 1, Math.floor(((ms - first) / span) * WIDTH));
  return steps.map(({ startedMs, endedMs }) => {
    if (startedMs === null) return '·'.repeat(WIDTH);
    const from = at(startedMs);
    const to = Math.max(from + 1, Math.min(WIDTH, Math.ceil((((endedMs ?? nowMs) - first) / span) * WIDTH)));
    const mark = endedMs === null ? '░' : '█';
    return '·'.repeat(from) + mark.repeat(to - from) + '·'.repeat(WIDTH - to);
  });
}

const UNITS = { ko: { s: '초', min: '분', h: '시간' }, en: { s: ' s', min: ' min', h: ' h' } } as const;
/** From here on tenths of a second would be shown as 60.0. */
const MINUTE_FROM_MS = 59_950;

/** `820 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`; `3분 05초`. */
export function durationText(ms: number, language: Language): string {
  const { s, min, h } = UNITS[language];
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_FROM_MS) return `${(ms / 1_000).toFixed(1)}${s}`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes}${min} ${two(seconds % 60)}${s}`;
  return `${Math.floor(minutes / 60)}${h} ${two(minutes % 60)}${min}`;
}
