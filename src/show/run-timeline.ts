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

/** `820 ms`, `4.2 s`, `3 min 05 s`, `2 h 10 min`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes} min ${two(Math.floor((ms % 60_000) / 1_000))} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
