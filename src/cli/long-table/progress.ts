import type { Bilingual } from '../../domain/index.ts';
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
export function progressOf(what: Bilingual, io: TableIo): Progress {
  const started = io.now();
  const wait = io.noteIsTerminal ? TERMINAL_SECONDS : LINE_SECONDS;
  let next = io.now() + wait;
  let drawn = false;
  return {
    step(done, total) {
      const now = io.now();
      if (now < next) return;
      next = now + wait;
      const text = io.say({
        ko: `${done}/${total} ${what.ko}`,
        en: `${done} of ${total} ${what.en}`,
      });
      if (!io.noteIsTerminal) {
        io.note(`${text}${left(now - started, done, total, io)}\n`);
        return;
      }
      const filled = Math.floor((BAR_CELLS * done) / total);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
      io.note(`\r\x1b[K${bar} ${text}${left(now - started, done, total, io)}`);
      drawn = true;
    },
    finish() {
      if (drawn) io.note('\r\x1b[K');
    },
  };
}

/** `, about 12 s left`, once a twentieth is done and unless it is the end. */
function left(seconds: number, done: number, total: number, { say }: TableIo): string {
  if (done >= total || done * 20 < total) return '';
  const rest = Math.ceil((seconds / done) * (total - done));
  const minutes = Math.round(rest / 60);
  return say({
    ko: `, 약 ${rest < 120 ? `${rest}초` : `${minutes}분`} 남음`,
    en: `, about ${rest < 120 ? `${rest} s` : `${minutes} min`} left`,
  });
}
