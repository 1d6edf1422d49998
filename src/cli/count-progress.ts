import type { Bilingual } from '../domain/index.ts';
import type { Language } from '../show/index.ts';

const TERMINAL_MS = 100;
const LINE_MS = 5_000;
const BAR_CELLS = 24;

/** Shows how far a long work is and when it will be done. */
interface CountProgress {
  readonly step: (done: number, total: number, detail: string) => void;
  finish(): void;
}

/** A bar drawn over itself on a terminal; elsewhere a line every five seconds, and none for short work. `things` are what is counted, `detail` what it is at. */
export function countProgress(
  things: Bilingual,
  language: Language,
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
      const leftMs = done === 0 ? null : ((at - began) / done) * (total - done);
      const text = WORDS[language](done, total, things[language], leftMs, detail);
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

type Line = (done: number, total: number, things: string, leftMs: number | null, detail: string) => string;

const WORDS: Readonly<Record<Language, Line>> = {
  ko: (done, total, things, leftMs, detail) =>
    `${done}/${total} ${things}, ${leftMs === null ? '' : `${roughly(leftMs, UNITS.ko)} 남음, `}${detail}`,
  en: (done, total, things, leftMs, detail) =>
    `${done} of ${total} ${things}, ${leftMs === null ? '' : `${roughly(leftMs, UNITS.en)} left, `}at ${detail}`,
};

const UNITS = { ko: ['초', '분', '시간'], en: [' s', ' min', ' h'] } as const;

/** A span of time that is only estimated, to the second, minute or tenth of an hour. */
function roughly(ms: number, [seconds, minutes, hours]: (typeof UNITS)[Language]): string {
  const whole = Math.round(ms / 60_000);
  if (whole < 1) return `${Math.max(1, Math.round(ms / 1000))}${seconds}`;
  return whole < 90 ? `${whole}${minutes}` : `${(whole / 60).toFixed(1)}${hours}`;
}
