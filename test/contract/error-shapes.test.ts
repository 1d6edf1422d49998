import { describe, expect, it } from 'vitest';
import type { FetchErrorKind } from '../../src/sources/fetch/fetch-error.ts';
import type { SceneEnd } from '../../src/sources/fetch/scene.ts';
import { feeds } from '../../src/sources/index.ts';
import { recordedScenes } from '../support/recorded-scenes.ts';

/**
 * What publishers are known to answer instead of rows, and the conversation that plays each of them to each feed that may
 * meet it. The conversations themselves run in `feeds.test.ts`; here none of them can be dropped or renamed unseen.
 */
const AT = ['at-origin', 'at-realtime', 'at-sale', 'at-survey'];
const ASKED = feeds.filter(({ connector }) => connector !== undefined).map(({ profile }) => profile.id);
const without = (...ids: readonly string[]) => ASKED.filter((id) => !ids.includes(id));

type End = Exclude<SceneEnd['as'], 'error'> | FetchErrorKind;

/** One shape: what it is, how its conversation is named, how the fetch must end, and for which feeds. */
type Shape = readonly [what: string, named: RegExp, end: End, of: readonly string[]];

const GATEWAY: readonly (readonly [code: string, end: FetchErrorKind | 'rows'])[] = [
  ...['20', '21', '29', '31', '32', '33'].map((code) => [code, 'auth'] as const),
  ...['10', '11', '12'].map((code) => [code, 'bad_request'] as const),
  ...['01', '02', '05', '23', '99'].map((code) => [code, 'rows'] as const),
];

const EVERYWHERE: readonly Shape[] = [
  ['a page for people', /page for people|firewall answers with a page/, 'blocked', ASKED],
  ['a failure of the server that passes', /50[23]/, 'rows', ASKED],
  ['an empty body that passes', /empty (body|file)/, 'rows', without('kamis')],
  // its three attempts are a hang, a reset and a broken text
  ['nothing but faults', /a hang, a reset and a broken answer/, 'transient', ['kamis']],
  [
    'a text that breaks off',
    /breaks off|cut off|broken/,
    'rows',
    [...AT, 'garak-arrivals', 'taiwan-amis', 'eu-agrifood', 'india-agmarknet', 'kasi-special-days'],
  ],
  [
    'a broken connection',
    /reset|connection that breaks|broken connection/,
    'rows',
    [...AT, 'taiwan-amis', 'uk-defra'],
  ],
  [
    'a call that is never answered',
    /never (answered|comes)/,
    'rows',
    [...AT, 'taiwan-amis', 'india-agmarknet'],
  ],
  [
    'calls too often',
    /429/,
    'rows',
    [...AT, 'taiwan-amis', 'eu-agrifood', 'india-agmarknet', 'uk-defra', 'usda-mars'],
  ],
  // an edition behind a link and a table of all years are not asked for anything; arrivals do not repeat their day
  [
    'rows that were not asked for',
    /9[:)]|10\)|another (year|station)|another day/,
    'echo_mismatch',
    without('uk-defra', 'taiwan-rest-days', 'garak-arrivals'),
  ],
  [
    'a member or column that is gone',
    /renamed member|no row has any more|column that is gone/,
    'schema',
    ASKED,
  ],
];

const DATA_GO_KR: readonly Shape[] = [
  ['result code 0', /success is written 0$/, 'rows', AT],
  ['result code 00', /success is written 00$/, 'rows', AT],
  ['no `response` around it', /without `response`/, 'rows', [...AT, 'kma-asos']],
  [
    'one row as an object',
    /(row|result) (is an|as an) object|result is an object/,
    'rows',
    [...AT, 'kamis', 'kma-asos', 'kasi-special-days'],
  ],
  ['item is null', /item is null/, 'missing', ['at-origin', 'at-sale']],
  ['item is null, openness unknown', /item is null/, 'empty', ['at-realtime', 'at-survey']],
  ['items is empty text', /items is empty text/, 'missing', ['at-origin', 'at-sale']],
  ['items is missing', /items is missing/, 'missing', ['at-origin', 'at-sale']],
  ['gateway XML 22', /XML.*22|XML although JSON/, 'quota', [...AT, 'kma-asos', 'kasi-special-days']],
  ['gateway XML 30', /XML.*30/, 'auth', [...AT, 'kma-asos']],
  ['gateway XML 04', /XML.*04/, 'rows', [...AT, 'kma-asos']],
  ['the JSON twin, name in errMsg', /JSON twin.*errMsg/, 'quota', AT],
  ['the JSON twin, name in returnAuthMsg', /JSON twin.*returnAuthMsg/, 'auth', AT],
  ['the JSON twin 04', /JSON twin, code 04/, 'rows', AT],
  ...GATEWAY.map(
    ([code, end]): Shape => [`gateway code ${code}`, new RegExp(`gateway code ${code}\\b`), end, AT],
  ),
  ['gateway code 03', /gateway code 03/, 'missing', ['at-origin', 'at-sale']],
  ['service code -10', /service code -10/, 'quota', AT],
  ...['-1', '-3', '-5'].map(
    (code): Shape => [`service code ${code}`, new RegExp(`service code ${code},`), 'rows', AT],
  ),
  ['HTTP 403', /403|refused/, 'auth', [...AT, 'garak-arrivals', 'india-agmarknet', 'usda-mars']],
  ['HTTP 429 with Retry-After', /429 with Retry-After/, 'rows', AT],
  ['HTTP 429 without Retry-After', /429 without Retry-After/, 'rows', AT],
  ['a total that shrinks', /total shrinks/, 'rows', AT],
  ['a row at both edges of a page', /edge of a page comes twice/, 'rows', AT],
  ['fewer rows than the total', /fewer rows than the total|trial key/, 'partial', [...AT, 'india-agmarknet']],
  ['page 2 is page 1 again', /page 2 repeats page 1|page that repeats/, 'partial', [...AT, 'taiwan-amis']],
  [
    'page 2 says that it is page 1',
    /page 2 is page 1 again|second page that repeats/,
    'echo_mismatch',
    [...AT, 'india-agmarknet'],
  ],
  ['no rows on a closed day', /closed day|weekend/, 'closed', [...AT, 'kamis', 'garak-arrivals']],
  [
    'no rows on an open day',
    /14: no rows on a day of trade|no rows on a market day|001 on survey days/,
    'missing',
    ['at-origin', 'at-sale', 'kamis', 'garak-arrivals', 'garak-auction'],
  ],
  ['the key once, decoded', /key stands once/, 'rows', AT],
  ['a byte order mark', /byte order mark/, 'rows', [...AT, 'kamis', 'taiwan-amis', 'uk-defra']],
  [
    'prices that are none',
    /24/,
    'rows',
    [
      ...AT,
      'kamis',
      'garak-arrivals',
      'garak-auction',
      'taiwan-amis',
      'eu-agrifood',
      'india-agmarknet',
      'usda-mars',
    ],
  ],
];

const OTHERS: readonly Shape[] = [
  ['an old range answered with the last year', /answered with the last year/, 'echo_mismatch', ['kamis']],
  ['an unknown item answered with rice', /answered with rice/, 'echo_mismatch', ['kamis']],
  ['`data` as a list: 001', /`data` is a list: 001 on survey days/, 'missing', ['kamis']],
  ['`data` as a list: 200', /`data` is a list: 200/, 'bad_request', ['kamis']],
  ['`data` as a list: 900', /`data` is a list: 900/, 'auth', ['kamis']],
  ['[] for empty text; a mean among the markets', /empty text is an empty list/, 'rows', ['kamis']],
  ['no JSON on a closed day', /no JSON on a closed day/, 'closed', ['garak-arrivals']],
  ['99 for today: not asked for', /refused with 99/, 'rows', ['kma-asos']],
  ['99 all the same', /99 all the same/, 'bad_request', ['kma-asos']],
  ['03 where days never rest', /03 is no data/, 'missing', ['kma-asos']],
  ['a year that is not announced', /not announced/, 'missing', ['kasi-special-days']],
  [
    'errMsg in a list of one row',
    /error in a list of one row/,
    'bad_request',
    ['taiwan-amis', 'taiwan-rest-days'],
  ],
  ['rest rows and rows without a type', /market rested.*without a type/, 'rows', ['taiwan-amis']],
  ['numbers as text', /numbers as text/, 'rows', ['taiwan-amis']],
  ['an interface that refuses its second page', /serves its first page alone/, 'schema', ['taiwan-amis']],
  ['ROC days at year ends and leap days', /ROC years/, 'rows', ['taiwan-amis']],
  ['429 with nextAccessTime', /nextAccessTime/, 'rows', ['eu-agrifood']],
  ['a description instead of a list', /object with a description/, 'blocked', ['eu-agrifood']],
  ['"€1,234.56"', /€1,234\.56/, 'rows', ['eu-agrifood']],
  ['"€233,00"', /€233,00/, 'rows', ['eu-agrifood']],
  ['an address that is gone', /address that is gone/, 'bad_request', ['eu-agrifood']],
  ['a list of sections', /list of sections/, 'rows', ['usda-mars']],
  ['{stats, results}', /stats, results/, 'rows', ['usda-mars']],
  ['a bare list', /bare list/, 'rows', ['usda-mars']],
  ['a commodity with a comma', /comma is quoted/, 'rows', ['usda-mars']],
  ['a window cut at 100,000 rows', /100,000 rows/, 'rows', ['usda-mars']],
  ['a report by its name', /report by name/, 'bad_request', ['usda-mars']],
  ['more rows than may be read', /lets anyone read/, 'partial', ['india-agmarknet']],
  ['an error with HTTP 200', /error inside an answer with HTTP 200/, 'bad_request', ['india-agmarknet']],
  ['a page without a link', /page without a link/, 'schema', ['uk-defra']],
  ['a page with several links', /page with several files/, 'schema', ['uk-defra']],
  ['ISO days', /ISO dates/, 'rows', ['uk-defra']],
  ['days first, and a price of 0', /days first, a price of 0/, 'rows', ['uk-defra']],
  ['two forms of days in one column', /two forms of dates/, 'schema', ['uk-defra']],
  ['days that can be read in two ways', /read in two ways/, 'schema', ['uk-defra']],
];

const scenesOf = await recordedScenes();
const endOf = (end: SceneEnd): End => (end.as === 'error' ? end.kind : end.as);

describe('a conversation plays', () => {
  it.each([...EVERYWHERE, ...DATA_GO_KR, ...OTHERS])('%s', (_, named, end, of) => {
    expect(of.length).toBeGreaterThan(0);
    const without = of.filter(
      (feed) => !(scenesOf.get(feed) ?? []).some(({ name, ends }) => named.test(name) && endOf(ends) === end),
    );
    expect(without, `feeds without a conversation named ${named} that ends as ${end}`).toEqual([]);
  });
});
