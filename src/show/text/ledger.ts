import type { Language } from '../language.ts';

/** The words of what was said and what came, apart from the others so that only who shows them loads them. */
const ko = {
  heading: '말한 것과 온 것',
  explain: '발표한 예측을 고치지 않고 남겨, 그날이 오면 실제 가격과 마지막 가격에 견줍니다.',
  none: '이 계열에 발표해 남긴 예측이 아직 없습니다.',
  notYet: '발표한 예측의 대상일이 아직 오지 않았습니다.',
  unavailable: '예측 장부는 기록(PostgreSQL)이 열려 있을 때 보입니다: sihwang records status',
  issuedOn: '기준일',
  said: '예측',
  came: '실제',
  naive: '마지막 가격',
  error: '오차',
  naiveError: '마지막 가격의 오차',
  held: '구간',
  inside: '안',
  outside: '밖',
  version: '모델 판',
  liveBadge: '실전',
  backtestBadge: '과거 재현',
  liveHeading: '실전과 과거 재현, 마지막 가격 대비',
  scored: '채점',
  weeks: (count: string) => `${count}주`,
  few: '아직 한 분기가 안 됨',
  drifts: '이탈 경보',
  vintage: (nth: number) => `${nth}판`,
  shown: (first: string, last: string, held: number, scored: number) =>
    `${first}부터 ${last}까지 예측 ${scored}건 가운데 ${held}건의 실제 가격이 80% 구간 안`,
  legend: '막대는 80% 구간, 가로금은 예측, 점은 실제 가격(빈 점은 구간 밖). 처음 낸 판만.',
};

type LedgerText = typeof ko;

const en: LedgerText = {
  heading: 'What was said, what came',
  explain:
    'Every issued forecast is kept unchanged; when its day has come it stands beside the price that came and the last price.',
  none: 'No issued forecast of this series is kept yet.',
  notYet: 'The days of the forecasts issued have not come yet.',
  unavailable:
    'The ledger of forecasts is shown while the records (PostgreSQL) are open: sihwang records status',
  issuedOn: 'From',
  said: 'Said',
  came: 'Came',
  naive: 'Last price',
  error: 'Error',
  naiveError: 'Error of the last price',
  held: 'Interval',
  inside: 'inside',
  outside: 'outside',
  version: 'Model version',
  liveBadge: 'live',
  backtestBadge: 'backtest',
  liveHeading: 'Live and backtest, against the last price',
  scored: 'Scored',
  weeks: (count) => `${count} ${count === '1' ? 'week' : 'weeks'}`,
  few: 'less than a quarter yet',
  drifts: 'drift alarm',
  vintage: (nth) => `vintage ${nth}`,
  shown: (first, last, held, scored) =>
    `${first} to ${last}: of ${scored} forecasts, the price that came lay inside the 80% interval ${held} times`,
  legend:
    'Bars: 80% intervals; ticks: forecasts; dots: prices that came (hollow: outside). First vintages only.',
};

export function ledgerTextOf(language: Language): LedgerText {
  return language === 'ko' ? ko : en;
}
