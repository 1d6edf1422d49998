export { askBackfill, cancelBackfill, unknownBackfill } from './backfill/ask-backfill.ts';
export { planBackfill } from './backfill/plan-backfill.ts';
export { restingOn } from './backfill/rested-on.ts';
export * from './backtest-feed.ts';
export * from './build-demo.ts';
export { checkSource } from './check-source.ts';
export type { AskedFeed } from './fetch-batch.ts';
export * from './fetch-feed.ts';
export * from './fetch-trouble.ts';
export { forecastBesideRuns } from './forecast-beside-runs.ts';
export * from './forecast-feed.ts';
export { leftToRun } from './forecasting/left-to-run.ts';
export { findResults, type Reissued, reissue } from './forecasting/reissue.ts';
export * from './ingest-files.ts';
export * from './keep-forecasting.ts';
export { keepOrchestrating } from './orchestrate/keep-orchestrating.ts';
export {
  type EstimatedStep,
  estimateRun,
  type RunEstimate,
  type StepCost,
  type StepTime,
} from './plans/estimate-run.ts';
export { planNamed, plansOf } from './plans/home-plans.ts';
export type { Plan, PlanContext, PlanFeed, PlanStep } from './plans/plan.ts';
export * from './platform.ts';
export { addMapping, feedsOf, mappingNamed, mappingsOf, readMapping } from './platform-mappings.ts';
export * from './quarantine.ts';
export { cancelRun, retryRun } from './runs/change-run.ts';
export { deleteRemote, type RemoteLeftover, remoteLeftovers } from './runs/collect-remote.ts';
export { removeEmptied, runLeftovers } from './runs/collect-runs.ts';
export { planSteps, startRun } from './runs/start-run.ts';
export * from './schedules/change-schedule.ts';
export { calendarReader, calendarsFor, type ReadCalendar } from './schedules/read-calendar.ts';
export { standingsOf } from './schedules/records-runs.ts';
export { SUGGESTED_SCHEDULES } from './schedules/suggested-schedules.ts';
export { silenceSaid } from './source-events.ts';
export { journalHealth, type SourceSilence, silentSources } from './source-health.ts';
export type { ChildKind, JobsKind, StepContext, StepKind } from './steps/step.ts';
export { drawSnapshot } from './task-snapshot.ts';
export * from './undo-commit.ts';
