import type { FetchErrorKind } from '../fetch/fetch-error.ts';

/** A row as published: names and values of text. */
export type GarakRow = Readonly<Record<string, unknown>>;

interface Refusal {
  readonly ok: false;
  readonly kind: FetchErrorKind;
  readonly detail: string;
}

/**
 * Reads one answer of the market's open data, `{"resultData": [row, …]}`. Never throws. On a closed day the body is
 * empty or no JSON at all, so `closed` (what the market's calendar says) decides whether that is an answer or a fault.
 */
export function readAnswer(
  answer: { readonly status: number; readonly body: string },
  closed: boolean,
): { readonly ok: true; readonly rows: readonly GarakRow[] } | Refusal {
  const { status } = answer;
  const body = answer.body.replace(/^\uFEFF/, '').trim();
  if (status === 401 || status === 403)
    return refusal('auth', `HTTP ${status}: check the id and password of this dataset`);
  if (status === 429) return refusal('rate', 'HTTP 429: too many calls');
  if (status === 408 || status >= 500)
    return refusal('transient', `HTTP ${status}: the market's server failed`);
  if (status < 200 || status >= 300)
    return refusal('bad_request', `HTTP ${status}: the connector must be mended`);
  const parsed = parse(body);
  if (parsed === undefined) {
    if (closed) return refusal('no_data', 'no JSON came, as on every day the market is closed');
    return body.startsWith('<')
      ? refusal(
          'blocked',
          'a page for people came instead of data: a block, maintenance or a refused password',
        )
      : refusal('transient', body === '' ? 'the answer is empty' : 'the answer is no complete JSON');
  }
  const list = isRow(parsed) && Object.hasOwn(parsed, 'resultData') ? parsed.resultData : undefined;
  if (list === undefined) return refusal('schema', 'the answer has no member `resultData`');
  const rows: readonly unknown[] = list === null || list === '' ? [] : Array.isArray(list) ? list : [list];
  if (!rows.every(isRow)) return refusal('schema', '`resultData` holds something that is no row');
  return { ok: true, rows };
}

/** A value as the text of a cell, outer blanks kept; null for what is absent. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
}

/** The first member that no row has. */
export function missingOf(rows: readonly GarakRow[], required: readonly string[]): string | undefined {
  return rows.length === 0
    ? undefined
    : required.find((name) => !rows.some((row) => Object.hasOwn(row, name)));
}

function refusal(kind: FetchErrorKind, detail: string): Refusal {
  return { ok: false, kind, detail };
}

function isRow(value: unknown): value is GarakRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
