import type { FetchErrorKind } from '../fetch/fetch-error.ts';
import { errorOfCode, isSuccess } from './error-codes.ts';
import { cellText, type Item, isRecord, wholeNumber } from './item.ts';

/** A readable answer of a service: its rows and what it says of its paging; null = it does not say. */
export interface Envelope {
  readonly ok: true;
  readonly items: readonly Item[];
  /** Counted from 1. */
  readonly pageNo: number | null;
  /** Rows of a full page as the service serves them, which may be fewer than were asked for. */
  readonly pageSize: number | null;
  readonly total: number | null;
}

export interface Refusal {
  readonly ok: false;
  readonly kind: FetchErrorKind;
  readonly detail: string;
}

const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * Reads one answer of data.go.kr by its content: the services' envelope with or without `response` around it, the
 * gateway's own envelope as XML (also when JSON was asked, also with HTTP 200) or JSON, block pages and empty bodies.
 * HTTP's status decides only where the content says nothing. Never throws. Shapes: sources.md §4.4, §4.5.
 */
export function readEnvelope(answer: { readonly status: number; readonly body: string }): Envelope | Refusal {
  const body = answer.body.replace(BYTE_ORDER_MARK, '').trim();
  if (body === '') return byStatus(answer.status) ?? refusal('transient', 'the answer is empty');
  if (body.startsWith('<')) return readMarkup(answer.status, body);
  const parsed = parseJson(body);
  if (parsed === undefined)
    return byStatus(answer.status) ?? refusal('transient', 'the answer is neither complete JSON nor XML');
  if (!isRecord(parsed))
    return byStatus(answer.status) ?? refusal('schema', 'the answer is JSON but no envelope');
  const gateway = parsed.OpenAPI_ServiceResponse;
  if (isRecord(gateway)) return gatewayRefusal(gateway);
  return readService(answer.status, isRecord(parsed.response) ? parsed.response : parsed);
}

function readService(status: number, response: Item): Envelope | Refusal {
  const header = response.header;
  if (!isRecord(header)) return byStatus(status) ?? refusal('schema', 'the envelope has no `header`');
  const code = cellText(header.resultCode);
  if (code === null) return refusal('schema', 'the envelope has no `header.resultCode`');
  if (!isSuccess(code)) return coded(code, cellText(header.resultMsg));
  const refusedByStatus = byStatus(status);
  if (refusedByStatus) return refusedByStatus;
  const body = isRecord(response.body) ? response.body : {};
  const items = listOf(body.items);
  if (!items) return refusal('schema', '`body.items` holds something that is no row');
  return {
    ok: true,
    items,
    pageNo: wholeNumber(body.pageNo),
    pageSize: wholeNumber(body.numOfRows),
    total: wholeNumber(body.totalCount),
  };
}

/** Rows under `items.item`: a list, one object alone, null, an empty text or nothing at all; undefined = none of these. */
function listOf(items: unknown): readonly Item[] | undefined {
  const inner = isRecord(items) ? items.item : items;
  if (inner === null || inner === undefined || inner === '') return [];
  const list: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
  return list.every(isRecord) ? list : undefined;
}

function gatewayRefusal(gateway: Item): Refusal {
  const header = isRecord(gateway.cmmMsgHeader) ? gateway.cmmMsgHeader : gateway;
  const code = cellText(header.returnReasonCode);
  if (code === null) return refusal('schema', 'the gateway refused without `returnReasonCode`');
  return coded(code, cellText(header.returnAuthMsg) ?? cellText(header.errMsg));
}

/** Both envelopes as XML; any other markup is a page for people. */
function readMarkup(status: number, body: string): Refusal {
  const element = (name: string): string | null =>
    new RegExp(`<${name}>(?:<!\\[CDATA\\[)?\\s*([^<\\]]*?)\\s*(?:\\]\\]>)?</${name}>`).exec(body)?.[1] ??
    null;
  const gatewayCode = element('returnReasonCode');
  if (gatewayCode) return coded(gatewayCode, element('returnAuthMsg') ?? element('errMsg'));
  const serviceCode = element('resultCode');
  if (serviceCode && !isSuccess(serviceCode)) return coded(serviceCode, element('resultMsg'));
  if (serviceCode) return refusal('schema', 'JSON was asked for and XML came');
  return (
    byStatus(status) ?? refusal('blocked', 'a page for people came instead of data: a block or maintenance')
  );
}

/** A code stands for success only where a service says so: in the gateway's envelope it is still no answer. */
function coded(code: string, message: string | null): Refusal {
  const { kind, says } = errorOfCode(code);
  return refusal(kind, `code ${code.trim()}${message ? ` (${message.slice(0, 120)})` : ''}: ${says}`);
}

/** What HTTP's status says where the content does not; undefined for success. */
function byStatus(status: number): Refusal | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401 || status === 403)
    return refusal(
      'auth',
      `HTTP ${status}: check the key, and that this dataset was applied for and approved`,
    );
  if (status === 429) return refusal('rate', 'HTTP 429: too many calls');
  if (status === 408 || status === 425 || status >= 500)
    return refusal('transient', `HTTP ${status}: the portal failed; try again`);
  return refusal('bad_request', `HTTP ${status}: the connector must be mended`);
}

function refusal(kind: FetchErrorKind, detail: string): Refusal {
  return { ok: false, kind, detail };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
