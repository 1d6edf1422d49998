export { changePercent, describeChange } from './change.ts';
export { sayCountWeight } from './count-weight.ts';
export { formatDay, formatDayShort, formatInstant } from './dates.ts';
export { errorTexts } from './error-texts.ts';
export { reachNow } from './feed-reach.ts';
export { LANGUAGES, type Language, LOCALE } from './language.ts';
export {
  formatCount,
  formatDecimal,
  formatPercent,
  formatPrice,
  formatSignedPercent,
  formatVolume,
} from './numbers.ts';
export { type DenseSeries, packSeries, unpackSeries } from './packed-series.ts';
export { type DrawnStep, planLines, planSvg } from './plan-drawing.ts';
export { formatReasons } from './reasons.ts';
export { type FeedHappened, type Happened, reportMarkdown, troubles } from './run-report.ts';
export { durationText, timelineBars } from './run-timeline.ts';
export { roundTicks, type Season, SeasonalChart } from './seasonal-chart.tsx';
export { Sparkline } from './sparkline.tsx';
export { specification } from './specification.ts';
export { type Sentence, type SummaryFacts, type SummaryMover, summarise } from './summary.ts';
export { backfillReason, backfillTextOf } from './text/backfill.ts';
export { driftFigures, driftTextOf } from './text/drift.ts';
export { feedForecastText } from './text/feed-forecast.ts';
export { gcTextOf } from './text/gc.ts';
export { type Text, textOf } from './text/index.ts';
export { jobLogsTextOf } from './text/job-logs.ts';
export { ledgerTextOf } from './text/ledger.ts';
export { decisionKind, decisionReason, modelsTextOf } from './text/models.ts';
export { planTextOf } from './text/plan.ts';
export { runLinesOf } from './text/run-lines.ts';
export { runsTextOf } from './text/runs.ts';
export { scheduleTextOf } from './text/schedule.ts';
export { type SkipReason, skipText } from './text/skip-reasons.ts';
export { priceUnit } from './units.ts';
