import { type Item, isRecord } from './data-go-kr/item.ts';
import type { Verdict } from './fetch/connector.ts';

export type Refused = Extract<Verdict, { ok: false }>;

/** What an answer says once it is known to be JSON. */
export interface JsonAnswer {
  readonly ok: true;
  readonly value: unknown;
  /** What HTTP's status alone says; undefined for success. Applied after the content was asked. */
  readonly byStatus: Refused | undefined;
}

/**
 * Tells a JSON answer from the other things that come in its place: an empty body, a page for people, a text that breaks
 * off. Never throws. Order of the tests: sources.md §18.4.
 */
export function readJson(answer: { readonly status: number; readonly body: string }): JsonAnswer | Refused {
  const body = answer.body.replace(/^\uFEFF/, '').trim();
  const byStatus = statusRefusal(answer.status);
  if (body === '') return byStatus ?? refusal('transient', 'the answer is empty');
  if (body.startsWith('<')) return byStatus ?? refusal('blocked', 'a page for people came instead of data');
  const value = parsed(body);
  if (value === undefined) return byStatus ?? refusal('transient', 'the answer breaks off or is no JSON');
  return { ok: true, value, byStatus };
}

/** What HTTP's status says where the content does not; undefined for success. */
export function statusRefusal(status: number): Refused | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401 || status === 403) return refusal('auth', `HTTP ${status}: the key was refused`);
  if (status === 429) return refusal('rate', 'HTTP 429: too many calls');
  if (status === 408 || status === 425 || status >= 500)
    return refusal('transient', `HTTP ${status}: the source failed; try again`);
  return refusal('bad_request', `HTTP ${status}: the connector must be mended`);
}

export function refusal(kind: Refused['kind'], detail: string): Refused {
  return { ok: false, kind, detail };
}

/** The rows of a list; undefined when it holds something that is no row. */
export function rowsOf(value: unknown): readonly Item[] | undefined {
  return Array.isArray(value) && value.every(isRecord) ? value : undefined;
}

/** Text that tells a page of rows from another: how many, the first and the last. */
export function pageMark(rows: readonly Item[]): string {
  return [rows.length, JSON.stringify(rows[0] ?? null), JSON.stringify(rows.at(-1) ?? null)].join('\n');
}

/** The JSON of an answer that passed its judgement; undefined for any other text. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
