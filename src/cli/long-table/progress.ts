import type { TableIo } from './table-io.ts';

const TERMINAL_SECONDS = 0.1;
const LINE_SECONDS = 5;
const BAR_CELLS = 24;

/** Shows how far a long work is; `finish` takes a drawn bar away. */
export interface Progress {
  readonly step: (done: number, total: number) => void;
  finish(): void;
}

/**
 * A bar with the time that is left, drawn over itself on a terminal; elsewhere a line every five seconds, and none for
 * short work.
 */
export function progressOf(what: string, io: TableIo): Progress {
  const started = io.now();
  const wait = io.noteIsTerminal ? TERMINAL_SECONDS : LINE_SECONDS;
  let next = io.now() + wait;
  let drawn = false;
  return {
    step(done, total) {
      const now = io.now();
      if (now < next) return;
      next = now + wait;
      if (!io.noteIsTerminal) {
        io.note(`${done} of ${total} ${what}${left(now - started, done, total)}\n`);
        return;
      }
      const filled = Math.floor((BAR_CELLS * done) / total);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
      io.note(`\r\x1b[K${bar} ${done} of ${total} ${what}${left(now - started, done, total)}`);
      drawn = true;
    },
    finish() {
      if (drawn) io.note('\r\x1b[K');
    },
  };
}

/** `, about 12 s left`, once a twentieth is done and unless it is the end. */
function left(seconds: number, done: number, total: number): string {
  if (done >= total || done * 20 < total) return '';
  const rest = Math.ceil((seconds / done) * (total - done));
  return `, about ${rest < 120 ? `${rest} s` : `${Math.round(rest / 60)} min`} left`;
}
