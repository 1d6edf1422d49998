const TERMINAL_MS = 100;
const LINE_MS = 5_000;
const BAR_CELLS = 24;

/** Shows how far a long work is and when it will be done. */
interface CountProgress {
  readonly step: (done: number, total: number, detail: string) => void;
  finish(): void;
}

/** A bar drawn over itself on a terminal; elsewhere a line every five seconds, and none for short work. `things` are what is counted. */
export function countProgress(
  things: string,
  io: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
  now: () => number = () => performance.now(),
): CountProgress {
  const waitMs = io.isTTY ? TERMINAL_MS : LINE_MS;
  const began = now();
  let next = began + waitMs;
  let drawn = false;
  return {
    step(done, total, detail) {
      const at = now();
      if (at < next || total === 0) return;
      next = at + waitMs;
      const left = done === 0 ? '' : `${duration(((at - began) / done) * (total - done))} left, `;
      const text = `${done} of ${total} ${things}, ${left}at ${detail}`;
      if (!io.isTTY) {
        io.write(`${text}\n`);
        return;
      }
      const filled = Math.floor((BAR_CELLS * done) / total);
      io.write(`\r\x1b[K${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)} ${text}`);
      drawn = true;
    },
    finish() {
      if (drawn) io.write('\r\x1b[K');
    },
  };
}

/** A span of time for people, to the minute or second. */
export function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.max(1, Math.round(ms / 1000))} s`;
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
