import type { Verdict } from '../fetch/connector.ts';
import type { Envelope } from './envelope.ts';
import { cellText, type Item } from './item.ts';

/**
 * The verdict on a readable answer to page `index` (0, 1, 2 …), after its rows passed the feed's own tests. The page
 * size is the one that the service states: it may serve fewer rows than were asked for.
 */
export function acceptPage(envelope: Envelope, index: number, askedRows: number): Verdict {
  const { items, pageNo, total } = envelope;
  if (pageNo !== null && items.length > 0 && pageNo !== index + 1)
    return {
      ok: false,
      kind: 'echo_mismatch',
      detail: `page ${index + 1} was asked for and page ${pageNo} came`,
    };
  const pageSize = envelope.pageSize || askedRows;
  const promised = total === null ? items.length >= pageSize : (index + 1) * pageSize < total;
  return {
    ok: true,
    page: {
      rows: items.length,
      ...(total === null ? {} : { total }),
      mark: [`${items.length}`, rowText(items[0]), rowText(items.at(-1))].join('\n'),
      more: items.length > 0 && promised,
    },
  };
}

function rowText(item: Item | undefined): string {
  return Object.values(item ?? {})
    .map((value) => cellText(value) ?? '')
    .join('\t');
}
