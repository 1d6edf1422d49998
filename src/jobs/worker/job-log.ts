import type { JsonObject } from '../../domain/index.ts';
import type { Store } from '../../store/index.ts';

/** A part is written when it has so much or is so old. */
const PART_BYTES = 256 * 1024;
const PART_SECONDS = 10;

/** What a job has to say while it runs: a line of JSON an event, on standard output and as parts in the store. */
export interface JobLog {
  event(name: string, fields?: JsonObject): void;
  /** Writes what is not in the store yet and stops writing by itself. */
  end(): Promise<void>;
}

/**
 * Parts are `<prefix>00001.ndjson` and on, whole lines each. Losing one loses no result, so a store that fails is told
 * on standard output only.
 */
export function jobLogIn(
  store: Store,
  prefix: string,
  about: JsonObject,
  { now, print }: { readonly now: () => Date; readonly print: (line: string) => void },
): JobLog {
  let lines: string[] = [];
  let bytes = 0;
  let part = 0;
  let writing: Promise<unknown> = Promise.resolve();
  const flush = (): void => {
    if (lines.length === 0) return;
    const text = `${lines.join('\n')}\n`;
    lines = [];
    bytes = 0;
    const key = `${prefix}${String(++part).padStart(5, '0')}.ndjson`;
    writing = writing
      .then(() => store.put(key, new TextEncoder().encode(text), { durable: false }))
      .catch((error: Error) =>
        print(JSON.stringify({ event: 'log-part-lost', key, message: error.message })),
      );
  };
  const timer = setInterval(flush, PART_SECONDS * 1000).unref();
  return {
    event(name, fields = {}) {
      const line = JSON.stringify({ at: now().toISOString(), event: name, ...about, ...fields });
      print(line);
      lines.push(line);
      bytes += Buffer.byteLength(line) + 1;
      if (bytes >= PART_BYTES) flush();
    },
    async end() {
      clearInterval(timer);
      flush();
      await writing;
    },
  };
}
