export type {
  BoardRow,
  Comparison,
  ForecastCell,
  ForecastStatus,
  Meta,
  Named,
  NormalYear,
  SeriesInfo,
} from './answers.ts';
export { parseAsOf } from './as-of.ts';
export { type Board, type BoardQuestion, type Breadth, board } from './board.ts';
export { asOfTables, conditionTables } from './derived-tables.ts';
export { type ExplainQuestion, type Explanation, explain, type RuleTold } from './explain.ts';
export { type FeedOverview, type FeedQuestion, feedOverview } from './feeds.ts';
export {
  type ForecastQuestion,
  type ForecastScore,
  type SeriesForecast,
  seriesForecast,
} from './forecasts.ts';
export { type DayState, freshness, type MarketDayState } from './freshness.ts';
export { type HistoryQuestion, type ItemHistory, itemHistory } from './item-history.ts';
export { type ItemFound, type ItemsQuestion, items } from './items.ts';
export { type LeftOutCount, leftOutCounts } from './left-out-counts.ts';
export { type Movers, type MoversQuestion, movers } from './movers.ts';
export { servingSnapshot } from './serving-snapshot.ts';
export { snapshotGround, snapshotTables } from './snapshot-tables.ts';
