import type { FetchErrorKind } from '../fetch/fetch-error.ts';

type Members = Readonly<Record<string, unknown>>;

/** A readable answer: its rows, and the parameters that it repeats, where it does. */
export interface SurveyAnswer {
  readonly ok: true;
  readonly rows: readonly Members[];
  readonly echo: Members;
}

interface Refusal {
  readonly ok: false;
  readonly kind: FetchErrorKind;
  readonly detail: string;
}

const CODES: Readonly<Record<string, Omit<Refusal, 'ok'>>> = {
  '001': { kind: 'no_data', detail: 'code 001: no data' },
  '200': { kind: 'bad_request', detail: 'code 200: wrong parameters; the connector must be mended' },
  '900': {
    kind: 'auth',
    detail: 'code 900: the certificate key or id is not accepted; check both at kamis.or.kr',
  },
};

/**
 * Reads one answer of the service by its content: rows under `data.item`, a refusal as `data: ["001"]` or as
 * `data.error_code`, a page for people, nothing. Never throws. Shapes: sources.md §5.2.
 */
export function readAnswer(answer: {
  readonly status: number;
  readonly body: string;
}): SurveyAnswer | Refusal {
  const { status } = answer;
  const body = answer.body.replace(/^\uFEFF/, '').trim();
  if (status === 401 || status === 403) return refusal('blocked', `HTTP ${status}: this address is kept out`);
  if (status === 429) return refusal('rate', 'HTTP 429: too many calls');
  if (status === 408 || status >= 500) return refusal('transient', `HTTP ${status}: the service failed`);
  if (status < 200 || status >= 300)
    return refusal('bad_request', `HTTP ${status}: the connector must be mended`);
  if (body === '') return refusal('transient', 'the answer is empty');
  if (body.startsWith('<'))
    return refusal('blocked', 'a page for people came instead of data: a firewall keeps this address out');
  const parsed = parse(body);
  if (parsed === undefined) return refusal('transient', 'the answer is no complete JSON');
  if (!isMembers(parsed)) return refusal('schema', 'the answer is JSON but no envelope');
  const { data } = parsed;
  if (Array.isArray(data)) return coded(textOf(data[0]) ?? '');
  if (!isMembers(data)) return refusal('schema', 'the answer has no member `data`');
  const code = textOf(data.error_code);
  if (code === null) return refusal('schema', 'the answer has no member `data.error_code`');
  if (code.trim() !== '000') return coded(code.trim());
  const rows: readonly unknown[] = Array.isArray(data.item)
    ? data.item
    : textOf(data.item) === null && !isMembers(data.item)
      ? []
      : [data.item];
  if (!rows.every(isMembers)) return refusal('schema', '`data.item` holds something that is no row');
  const repeated: unknown = Array.isArray(parsed.condition) ? parsed.condition[0] : parsed.condition;
  return { ok: true, rows, echo: isMembers(repeated) ? repeated : {} };
}

/** A value as the text of a cell; null for what is absent: null, blank text and `[]`. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
}

/** ISO day of a row, whose year stands apart from its month and day (`2024` and `03/20`); null when it has none. */
export function dayOf(row: Members): string | null {
  const match = /^(\d{4})-(\d{2})\/(\d{2})$/.exec(
    `${textOf(row.yyyy)?.trim()}-${textOf(row.regday)?.trim()}`,
  );
  return match ? `${match[1]}-${match[2]}-${match[3]}` : null;
}

function coded(code: string): Refusal {
  const known = CODES[code];
  return known ? { ok: false, ...known } : refusal('bad_request', `code ${code.slice(0, 20)}: not described`);
}

function refusal(kind: FetchErrorKind, detail: string): Refusal {
  return { ok: false, kind, detail };
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
