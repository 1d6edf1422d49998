import type {
  Board,
  BoardRow,
  Feed,
  FeedList,
  Forecast,
  ForecastCell,
  ItemList,
  Meta,
  Series,
  SeriesInfo,
} from '../../src/api/contract.ts';

/** A small market that never changes: what the pages are shown in the browser tests. */

export const LAST_DAY = '2026-11-20';
const MS_PER_DAY = 86_400_000;

/** Day `offset` days after (or before) the last market day. */
export function dayFrom(offset: number): string {
  return new Date(Date.parse(`${LAST_DAY}T00:00:00Z`) + offset * MS_PER_DAY).toISOString().slice(0, 10);
}

/** A repeatable number in [0, 1) from two whole numbers. */
export function noise(seed: number, index: number): number {
  const x = Math.sin(seed * 127.1 + index * 311.7) * 43_758.5453;
  return x - Math.floor(x);
}

interface Produce {
  readonly code: string;
  readonly ko: string;
  readonly en: string;
  readonly category: string;
  readonly price: number;
  readonly unit?: string;
}

const CATEGORIES = [
  { code: 'leaf', name: { ko: '엽채류', en: 'Leaf vegetables' } },
  { code: 'root', name: { ko: '근채류', en: 'Root vegetables' } },
  { code: 'fruit', name: { ko: '과일', en: 'Fruit' } },
];
const MARKETS = [
  { code: '9001', name: { ko: '한빛시장', en: 'Hanbit' } },
  { code: '9002', name: { ko: '새들시장', en: 'Saedeul' } },
];

const PRODUCE: readonly Produce[] = [
  { code: '101', ko: '배추', en: 'Napa cabbage', category: 'leaf', price: 920 },
  { code: '102', ko: '양배추', en: 'Cabbage', category: 'leaf', price: 780 },
  { code: '103', ko: '상추', en: 'Lettuce', category: 'leaf', price: 4150 },
  { code: '105', ko: '시금치', en: 'Spinach', category: 'leaf', price: 3320 },
  { code: '110', ko: '브로콜리', en: 'Broccoli', category: 'leaf', price: 2840, unit: 'head' },
  { code: '201', ko: '무', en: 'Korean radish', category: 'root', price: 640 },
  { code: '202', ko: '당근', en: 'Carrot', category: 'root', price: 1480 },
  { code: '203', ko: '감자', en: 'Potato', category: 'root', price: 1290 },
  { code: '204', ko: '고구마', en: 'Sweet potato', category: 'root', price: 2210 },
  { code: '401', ko: '양파', en: 'Onion', category: 'root', price: 870 },
  { code: '402', ko: '대파', en: 'Green onion', category: 'root', price: 1750 },
  { code: '501', ko: '사과', en: 'Apple', category: 'fruit', price: 5240 },
  { code: '502', ko: '배', en: 'Korean pear', category: 'fruit', price: 3980 },
  { code: '503', ko: '샤인머스캣', en: 'Shine Muscat grape', category: 'fruit', price: 12_950 },
  { code: '504', ko: '감귤', en: 'Mandarin', category: 'fruit', price: 2320 },
  { code: '505', ko: '방울토마토', en: 'Cherry tomato', category: 'fruit', price: 5610 },
];

export const CABBAGE = seriesOf('demo', '101', '9001');

function seriesOf(feed: string, item: string, market: string): string {
  return [
    feed,
    'auction',
    'KRW',
    item,
    encodeURIComponent('일반'),
    encodeURIComponent('특'),
    encodeURIComponent('상자'),
    '10',
    'kg',
    market,
    'auction',
  ].join('~');
}

export const FEED: Feed = {
  id: 'demo',
  name: { ko: '데모 시장', en: 'Demo market' },
  recordKind: 'trade',
  priceKinds: ['auction'],
  currency: 'KRW',
  granularity: 'day',
  rangeMeaning: 'extremes',
  simulated: true,
  attribution: { ko: '시황 시뮬레이터', en: 'Sihwang simulator' },
  licence: 'CC0-1.0',
  firstDay: '2019-01-02',
  lastDay: LAST_DAY,
  nextDays: ['2026-11-21', '2026-11-23', '2026-11-24'],
  utcOffsetMinutes: 540,
  receivedAt: '2026-11-20T20:58:00Z',
  rows: { accepted: 981_220, flagged: 3120, duplicate: 210, aggregate: 0, rejected: 845 },
  seriesCount: 620,
  version: 'demo-12.f3',
  forecasts: { computed: 620, total: 620, running: false },
  categories: CATEGORIES,
  markets: MARKETS,
};

export const REAL_FEED: Feed = {
  ...FEED,
  id: 'canned-real',
  name: { ko: '시험용 공표 시세', en: 'Canned published prices' },
  recordKind: 'quote',
  priceKinds: ['wholesale-reported'],
  currency: 'JPY',
  simulated: false,
  attribution: { ko: '시험용 공표 기관', en: 'Canned publisher' },
  licence: 'CC BY 4.0',
  version: 'canned-real-2',
};

export const FEEDS: FeedList = { feeds: [FEED, REAL_FEED] };

export function metaOf(feed: Feed, asOf: string | null = null): Meta {
  return {
    feed: feed.id,
    simulated: feed.simulated,
    attribution: feed.attribution,
    licence: feed.licence,
    currency: feed.currency,
    version: feed.version,
    asOf,
    knownAtBasis: 'assumed',
    receivedAt: feed.receivedAt,
    day: LAST_DAY,
  };
}

function infoOf(feed: Feed, produce: Produce, market = MARKETS[0]): SeriesInfo {
  return {
    series: seriesOf(feed.id, produce.code, market?.code ?? ''),
    item: { code: produce.code, name: { ko: produce.ko, en: produce.en } },
    category: CATEGORIES.find(({ code }) => code === produce.category) ?? {
      code: '',
      name: { ko: '', en: '' },
    },
    variety: '일반',
    grade: '특',
    package: '상자',
    unitValue: produce.unit ? 8 : 10,
    unit: produce.unit ?? 'kg',
    market: market ?? { code: '', name: { ko: '', en: '' } },
    method: '경매',
    priceKind: feed.priceKinds[0] ?? 'auction',
    currency: feed.currency,
    headline: true,
    names: {
      variety: { ko: '일반', en: 'Common' },
      grade: { ko: '특', en: 'top grade' },
      package: { ko: '상자', en: 'box' },
      method: { ko: '경매', en: 'auction' },
    },
  };
}

const WITHHELD = { ko: '최근 값이 거의 움직이지 않습니다.', en: 'Recent values hardly move.' };
const NOT_BETTER = {
  ko: '어떤 모델도 naive를 8% 이상 이기지 못했습니다.',
  en: 'No model beat naive by 8% or more.',
};

export const COMPUTING: ForecastCell = {
  horizon: 'W4',
  status: 'being-computed',
  reason: null,
  originDay: null,
  targetDay: null,
  model: null,
  baseline: null,
  mean: null,
  lo50: null,
  hi50: null,
  lo80: null,
  hi80: null,
  lo95: null,
  hi95: null,
  skill: null,
  coverage80: null,
  originsScored: 0,
  wape: null,
  wapeNaive: null,
  reasons: null,
};

const HORIZONS = [
  { horizon: 'MD1', days: 1, spread: 0.05 },
  { horizon: 'W1', days: 7, spread: 0.11 },
  { horizon: 'W2', days: 14, spread: 0.16 },
  { horizon: 'W4', days: 28, spread: 0.23 },
] as const;

const VERDICTS = ['model', 'model', 'baseline', 'model-wide-interval', 'model', 'withheld'] as const;

function cellOf(
  seed: number,
  price: number,
  { horizon, days, spread }: (typeof HORIZONS)[number],
): ForecastCell {
  const status = VERDICTS[seed % VERDICTS.length] ?? 'model';
  if (status === 'withheld') return { ...COMPUTING, horizon, status, reason: WITHHELD };
  const mean = price * (1 + (noise(seed, 7) - 0.45) * spread * 3);
  const skill = status === 'baseline' ? 0 : 0.03 + noise(seed, 9) * 0.2;
  return {
    horizon,
    status,
    reason: status === 'baseline' ? NOT_BETTER : null,
    originDay: LAST_DAY,
    targetDay: dayFrom(days),
    model: status === 'baseline' ? 'naive' : seed % 2 ? 'theta' : 'ets',
    baseline: 'naive',
    mean,
    lo50: mean * (1 - spread / 2),
    hi50: mean * (1 + spread / 2),
    lo80: mean * (1 - spread),
    hi80: mean * (1 + spread),
    lo95: mean * (1 - spread * 1.6),
    hi95: mean * (1 + spread * 1.6),
    skill,
    coverage80: 0.74 + noise(seed, 11) * 0.1,
    originsScored: status === 'model-wide-interval' ? 9 : 26,
    wape: 0.21 * (1 - skill),
    wapeNaive: 0.21,
    reasons: { level: price, season: (mean - price) / 3, recent: ((mean - price) * 2) / 3 },
  };
}

function rowOf(feed: Feed, produce: Produce, index: number): BoardRow {
  const { price } = produce;
  const against = (percent: number, offset: number) => ({
    day: dayFrom(offset),
    price: price / (1 + percent / 100),
    changePercent: percent,
  });
  const swing = (noise(index, 1) - 0.5) * 24;
  const previous = index === 3 ? 0.02 : index === 8 ? -0.03 : swing;
  const normal = (noise(index, 4) - 0.5) * 70;
  const volumeKg = 4000 + noise(index, 5) * 240_000;
  return {
    ...infoOf(feed, produce),
    price,
    low: price * 0.86,
    high: price * 1.12,
    volumeKg: index === 9 ? null : volumeKg,
    lots: 120,
    previous: index === 12 ? null : against(previous, -1),
    week: against((noise(index, 2) - 0.5) * 30, -7),
    year: index === 13 ? null : against((noise(index, 3) - 0.4) * 60, -365),
    normal:
      index === 13
        ? null
        : {
            kind: index === 6 ? 'mean' : 'normal',
            years: index === 6 ? 4 : 5,
            price: price / (1 + normal / 100),
            low: price * 0.7,
            high: price * 1.3,
            changePercent: normal,
          },
    previousVolumeKg: volumeKg * (0.8 + noise(index, 6) * 0.5),
    spark: Array.from({ length: 30 }, (_, k) =>
      index === 2 && k > 9 && k < 13
        ? null
        : price * (1 + Math.sin(k / 5 + index) * 0.08 + (noise(index, k + 20) - 0.5) * 0.06),
    ),
    forecast: cellOf(index, price, HORIZONS[3]),
  };
}

export function boardOf(feed: Feed): Board {
  const rows = PRODUCE.map((produce, index) => rowOf(feed, produce, index));
  const moved = rows.filter((row) => row.previous !== null);
  const rounded = (row: BoardRow) => Math.round((row.previous?.changePercent ?? 0) * 10) / 10;
  return {
    meta: metaOf(feed),
    breadth: {
      up: moved.filter((row) => rounded(row) > 0).length,
      down: moved.filter((row) => rounded(row) < 0).length,
      unchanged: moved.filter((row) => rounded(row) === 0).length,
      without: rows.length - moved.length,
    },
    rows,
    total: rows.length,
    newer: null,
  };
}

export const ITEMS: ItemList = {
  items: PRODUCE.map((produce) => ({
    feed: 'demo',
    simulated: true,
    item: { code: produce.code, name: { ko: produce.ko, en: produce.en } },
    category: CATEGORIES.find(({ code }) => code === produce.category) ?? {
      code: '',
      name: { ko: '', en: '' },
    },
    headline: seriesOf('demo', produce.code, '9001'),
    seriesCount: 14,
  })),
};

const HISTORY_DAYS = 365 * 7;

/** Seven years, six market days a week, a two-week gap of missing days, and two days left out: a trickle on a Sunday, a jump on a market day. */
export function cabbageSeries(): Series {
  const produce = PRODUCE[0];
  if (!produce) throw new Error('no produce');
  const index = Array.from({ length: HISTORY_DAYS }, (_, k) => k);
  const sunday = (k: number) => new Date(`${dayFrom(k - HISTORY_DAYS + 1)}T00:00:00Z`).getUTCDay() === 0;
  const missing = (k: number) =>
    sunday(k) || k === HISTORY_DAYS - 12 || (k > HISTORY_DAYS - 160 && k < HISTORY_DAYS - 146);
  const season = (k: number) =>
    1000 * (1 + 0.45 * Math.sin(((k % 365) / 365) * 2 * Math.PI) + 0.1 * Math.sin(k / 23));
  const price = index.map((k) =>
    missing(k)
      ? null
      : k === HISTORY_DAYS - 1
        ? produce.price
        : Math.round(season(k) * (1 + (noise(1, k) - 0.5) * 0.22)),
  );
  const scaled = (factor: number) =>
    price.map((value) => (value === null ? null : Math.round(value * factor)));
  const normal = index.map((k) => (k < 365 * 5 || sunday(k) ? null : Math.round(season(k))));
  return {
    meta: metaOf(FEED),
    info: infoOf(FEED, produce),
    start: dayFrom(1 - HISTORY_DAYS),
    stepDays: 1,
    price,
    low: scaled(0.86),
    high: scaled(1.12),
    volumeKg: index.map((k) => (price[k] === null ? null : Math.round(30_000 + noise(2, k) * 60_000))),
    normal,
    normalLow: normal.map((value) => (value === null ? null : value * 0.78)),
    normalHigh: normal.map((value) => (value === null ? null : value * 1.24)),
    normalYears: index.map((k) => (k < 365 * 5 ? 0 : 5)),
    leftOut: [
      { index: HISTORY_DAYS - 41, reason: 'trickle' },
      { index: HISTORY_DAYS - 12, reason: 'price-jump' },
    ],
    closed: index.filter(sunday),
    siblings: PRODUCE.slice(0, 1).flatMap((each) =>
      MARKETS.slice(1).map((market) => ({ ...infoOf(FEED, each, market), headline: false })),
    ),
    latest: rowOf(FEED, produce, 0),
    countWeight: null,
  };
}

const CANDIDATES = ['naive', 'shown', 'seasonal-naive', 'normal-year', 'last-and-last-year', 'ets', 'theta'];

export function cabbageForecast(): Forecast {
  const produce = PRODUCE[0];
  if (!produce) throw new Error('no produce');
  const { price } = produce;
  const fan = Array.from({ length: 24 }, (_, k) => {
    const offset = Math.floor(((k + 1) * 7) / 6) + (k > 0 ? 0 : 1);
    const mean = price * (1 + 0.004 * (k + 1));
    const spread = 0.05 + 0.04 * Math.sqrt(k);
    return { day: dayFrom(offset), mean, spread };
  });
  const level = (factor: number) => fan.map(({ mean, spread }) => mean * (1 + factor * spread));
  return {
    meta: metaOf(FEED),
    info: infoOf(FEED, produce),
    cells: HORIZONS.map((horizon, index) => cellOf(index === 3 ? 2 : 0, price, horizon)),
    fan: {
      days: fan.map((point) => point.day),
      mean: fan.map((point) => point.mean),
      lo50: level(-0.5),
      hi50: level(0.5),
      lo80: level(-1),
      hi80: level(1),
      lo95: level(-1.6),
      hi95: level(1.6),
    },
    backtest: HORIZONS.flatMap(({ horizon }, h) =>
      CANDIDATES.map((model, m) => ({
        horizon,
        model,
        wape: 0.12 + h * 0.05 + noise(h, m) * 0.04,
        mase: 0.8 + noise(h + 5, m) * 0.5,
        pinball: 20 + noise(h + 9, m) * 12,
        coverage80: m === 2 ? null : 0.72 + noise(h + 13, m) * 0.12,
        origins: 26,
      })),
    ),
    issuedAt: '2026-11-20T21:02:00Z',
  };
}
