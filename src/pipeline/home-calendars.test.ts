import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { playScene } from '../../test/support/feed-server.ts';
import { closureReason, isMarketDay, KR_HOLIDAYS, localDate, marketDaysBetween } from '../domain/index.ts';
import { calendarsOf, type Home, openHome, openServingLibrary } from '../lake/index.ts';
import { feedById } from '../sources/index.ts';
import type { AskedFeed } from './fetch-batch.ts';
import { fetchFeed } from './fetch-feed.ts';
import { readFetchState } from './fetch-journal.ts';

let home: Home;
beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), 'sihwang-calendars-')));
});
afterEach(() => rmSync(home.path, { recursive: true, force: true }));

function state(name: string, text: string): void {
  mkdirSync(join(home.path, 'calendars'), { recursive: true });
  writeFileSync(join(home.path, 'calendars', name), text);
}

/** Fetches days of a feed from a local server that gives these answers in this order. */
async function fetchAs(
  id: string,
  firstDay: string,
  lastDay: string,
  path: string,
  bodies: readonly string[],
) {
  const feed = feedById(id) as AskedFeed;
  const server = await playScene({ exchanges: bodies.map((body) => ({ path, answer: { body } })) });
  try {
    return await fetchFeed(
      home,
      feed,
      { range: { firstDay, lastDay }, backfill: false },
      {
        waitMs: 0,
        command: 'test',
        environment: Object.fromEntries(
          feed.connector.keys.map(({ id: key }) => [key, `false-key-of-${key}`]),
        ),
        originOf: () => server.origin,
        now: () => new Date('2026-09-21T00:00:00Z'),
        sleep: async () => {},
      },
    );
  } finally {
    await server.close();
  }
}

const GARAK_PATH = '/homepage/publicdata/dataJsonOpen.do';
const statusOf = async (feed: string) =>
  [...(await readFetchState(home).ledger(feed)).values()].map(({ status }) => status);

it('a closure stated in the home ends an empty day as closed that was missing before', async () => {
  const thursday = () =>
    fetchAs('garak-arrivals', '2026-09-03', '2026-09-03', GARAK_PATH, ['{"resultData": []}']);
  await thursday();
  expect(await statusOf('garak-arrivals')).toEqual(['missing']);
  state('garak.json', '{"calendar":"garak-auction","closed":["2026-09-03"]}');
  await thursday();
  expect(await statusOf('garak-arrivals')).toEqual(['closed']);
});

it('an answer that is no JSON is a closed day only where the home says so', async () => {
  state('garak.json', '{"calendar":"garak-auction","closed":["2026-09-03"]}');
  await fetchAs('garak-arrivals', '2026-09-03', '2026-09-03', GARAK_PATH, ['']);
  expect(await statusOf('garak-arrivals')).toEqual(['closed']);
});

it('holidays taken in take the place of computed ones in a year announced in whole, and add to others', async () => {
  const answer = (days: readonly (readonly [string, string])[]) =>
    JSON.stringify({
      response: {
        header: { resultCode: '00', resultMsg: 'NORMAL SERVICE.' },
        body: {
          items: {
            item: days.map(([locdate, dateName]) => ({ locdate: Number(locdate), dateName, isHoliday: 'Y' })),
          },
          numOfRows: 100,
          pageNo: 1,
          totalCount: days.length,
        },
      },
    });
  const announced = KR_HOLIDAYS.ofYear(2027)
    .filter(({ date }) => date !== '2027-07-19')
    .map(({ date, name }) => [date.replaceAll('-', ''), name.ko] as const);
  await fetchAs(
    'kasi-special-days',
    '2027-01-01',
    '2028-12-31',
    '/B090041/openapi/service/SpcdeInfoService/getRestDeInfo',
    [answer([...announced, ['20270315', '임시공휴일']]), answer([['20280630', '임시공휴일']])],
  );
  const survey = (await calendarsOf(home)).named('kamis-survey')!;
  expect(KR_HOLIDAYS.ofYear(2027).map(({ date }) => date)).toContain('2027-07-19');
  expect(isMarketDay(survey, localDate('2027-07-19'))).toBe(true);
  expect(closureReason(survey, localDate('2027-03-15'))?.ko).toBe('임시공휴일');
  expect(isMarketDay(survey, localDate('2028-06-30'))).toBe(false);
  expect(isMarketDay(survey, localDate('2028-12-25'))).toBe(false);
});

it('a Taiwanese day without rows is closed when all markets with a plan for its month rest', async () => {
  const days = (market: string, type: string, closed: string) => ({
    MarketName: market,
    MarketType: type,
    YearMonth: '11509',
    ClosedDate: closed,
  });
  await fetchAs(
    'taiwan-rest-days',
    '2026-09-01',
    '2026-09-08',
    '/Service/OpenData/FromM/MarketRestFarm.aspx',
    [
      JSON.stringify([
        days('台北一', '蔬菜', '07、14'),
        days('台北二', '水果', '07、15'),
        days('溪湖鎮', '蔬菜', '16'),
      ]),
    ],
  );
  const empty = Array.from({ length: 3 }, () => '[]');
  await fetchAs(
    'taiwan-amis',
    '2026-09-14',
    '2026-09-14',
    '/Service/OpenData/FromM/FarmTransData.aspx',
    empty,
  );
  await fetchAs(
    'taiwan-amis',
    '2026-09-07',
    '2026-09-07',
    '/Service/OpenData/FromM/FarmTransData.aspx',
    empty,
  );
  await fetchAs(
    'taiwan-amis',
    '2026-08-31',
    '2026-08-31',
    '/Service/OpenData/FromM/FarmTransData.aspx',
    empty,
  );
  expect(await statusOf('taiwan-amis')).toEqual(['missing', 'closed', 'empty']);
});

it.each([
  ['{"calendar":"garak-auction","closed":"2026-10-10"}', 'calendars/mine.json: "closed" is not a list'],
  ['{"calendar":"garak","closed":[]}', 'calendars/mine.json: "calendar" is not one of'],
  ['{', 'calendars/mine.json: not a JSON object'],
  [
    '{"calendar":"garak-auction","open":["2026-10-10"]}',
    'calendars/mine.json: 2026-10-10 is stated in calendars/a.json too',
  ],
])('a file that says %s is refused by name, before anything is served', async (text, fault) => {
  state('a.json', '{"calendar":"garak-auction","closed":["2026-10-10"]}');
  state('mine.json', text);
  await expect(openServingLibrary(home, [])).rejects.toMatchObject({
    code: 'CALENDAR_FILE',
    exit: 78,
    message: expect.stringContaining(fault),
  });
});

it('without files the day counts are those of the rules', async () => {
  const calendars = await calendarsOf(home);
  const count = (id: 'garak-auction' | 'kamis-survey') =>
    marketDaysBetween(calendars.named(id)!, localDate('2014-12-31'), localDate('2025-12-31'));
  expect([count('garak-auction'), count('kamis-survey')]).toEqual([3348, 2700]);
  expect(calendars.named('learned')).toBeUndefined();
});
