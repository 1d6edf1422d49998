import type { Connector, SourceRequest, Verdict } from '../fetch/connector.ts';
import { refusal, statusRefusal } from '../json-answer.ts';
import { dateForm } from './edition-dates.ts';

const PAGE =
  'https://www.gov.uk/government/statistical-data-sets/wholesale-fruit-and-vegetable-prices-weekly-average';
/** Only a file on the government's own host of published files is followed. */
const FILES = 'https://assets.publishing.service.gov.uk/';

export const HEADER = ['category', 'item', 'variety', 'date', 'price', 'unit'];

/**
 * The publication's page, then the one CSV file it links to: all years in one edition, under another address each time.
 * Where the page has no such link, or several, nothing is taken in and the last edition stays. Facts: sources.md §14.
 */
export const connector: Connector = {
  keys: [],
  manners: { timeoutMs: 60_000, parallel: 1, attempts: 4 },
  callsPerDay: {},
  plan: (range) => [
    { id: 'edition', shape: 'weekly', ...range, parameters: {}, budget: 'uk-defra', expectedCalls: 2 },
  ],
  request: (_chunk, _index, previous) => ({ url: previous?.next ?? PAGE, query: {} }),
  judge: (answer, _chunk, _index, request) => judge(answer, request),
  expected: () => 'open',
};

interface Answer {
  readonly status: number;
  readonly body: string;
}

function judge(answer: Answer, request: SourceRequest): Verdict {
  const byStatus = statusRefusal(answer.status);
  if (byStatus) return byStatus;
  if (answer.body.trim() === '') return refusal('transient', 'the answer is empty');
  return request.url === PAGE ? judgePage(answer.body) : judgeEdition(answer.body);
}

function judgePage(body: string): Verdict {
  const links = [...body.matchAll(/href\s*=\s*["']([^"']+)["']/gi)]
    .map((match) => (match[1] ?? '').replaceAll('&amp;', '&'))
    .filter((link) => link.startsWith(FILES) && /\.csv$/i.test(link));
  const [link, ...others] = new Set(links);
  if (link === undefined)
    return refusal('schema', 'the page has no link to a CSV file; the last edition stays');
  if (others.length > 0)
    return refusal('schema', `the page has ${others.length + 1} CSV files; the last edition stays`);
  return { ok: true, page: { rows: 0, mark: link, more: true, keep: false, next: link } };
}

function judgeEdition(body: string): Verdict {
  const text = body.replace(/^\uFEFF/, '');
  if (text.trimStart().startsWith('<')) return refusal('blocked', 'a page for people came instead of a file');
  const [first = '', ...rest] = text.split(/\r?\n/);
  const header = first.split(',').map((cell) => cell.trim());
  const missing = HEADER.filter((name) => !header.includes(name));
  if (missing.length > 0) return refusal('schema', `the file has no column ${missing.join(', ')}`);
  if (header.join(',') !== HEADER.join(','))
    return refusal('schema', `the file's columns are ${header.join(', ')}`);
  const lines = rest.filter((line) => line.trim() !== '');
  const form = dateForm(lines.map((line) => line.split(',')[HEADER.indexOf('date')] ?? ''));
  if (form !== 'iso' && form !== 'day-first' && form !== 'none')
    return refusal('schema', `the form of the dates is ${form}; the last edition stays`);
  return {
    ok: true,
    page: {
      rows: lines.length,
      mark: [lines.length, lines[0], lines.at(-1)].join('\n'),
      more: false,
    },
  };
}
