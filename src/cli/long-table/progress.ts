import type { TableIo } from './table-io.ts';

const TERMINAL_SECONDS = 0.1;
const LINE_SECONDS = 5;
const BAR_CELLS = 24;

/** Shows how far a long work is; `finish` takes a drawn bar away. */
export interface Progress {
  readonly step: (done: number, total: number) => void;
  finish(): void;
}

/** A bar drawn over itself on a terminal; elsewhere a line every five seconds, and none for short work. */
export function progressOf(what: string, io: TableIo): Progress {
  const wait = io.noteIsTerminal ? TERMINAL_SECONDS : LINE_SECONDS;
  let next = io.now() + wait;
  let drawn = false;
  return {
    step(done, total) {
      const now = io.now();
      if (now < next) return;
      next = now + wait;
      if (!io.noteIsTerminal) {
        io.note(`${done} of ${total} ${what}\n`);
        return;
      }
      const filled = Math.floor((BAR_CELLS * done) / total);
      io.note(`\r\x1b[K${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)} ${done} of ${total} ${what}`);
      drawn = true;
    },
    finish() {
      if (drawn) io.note('\r\x1b[K');
    },
  };
}
