export { appendAudit } from './audit.ts';
export * from './backfills.ts';
export { hasRecords, recordsWait, writeRecordsBackup } from './backup/back-up.ts';
export { type CitedRuns, citedRuns } from './cited-runs.ts';
export { citedSnapshots } from './cited-snapshots.ts';
export { connectRecords, withSetting } from './connect.ts';
export { type Db, inTransaction } from './db.ts';
export {
  type AlarmCount,
  countAlarms,
  type DriftAlarm,
  type KeptAlarm,
  openAlarms,
  setAlarms,
} from './drift.ts';
export { type EvaluationScore, evaluationOf, keepEvaluation } from './evaluations.ts';
export {
  type FreshMornings,
  type FreshnessQuestion,
  freshMornings,
  type Morning,
  type MorningStanding,
  PAUSED,
} from './fresh-mornings.ts';
export * from './intents.ts';
export { type RunCost, runCostOf } from './job-costs.ts';
export { jobRows } from './jobs.ts';
export { RECORDS_KILL_POINTS } from './kill-points.ts';
export {
  type ForecastIssue,
  type IssuedRow,
  recordForecasts,
} from './ledger.ts';
export {
  type LiveWeek,
  ledgerReach,
  liveWeeks,
  type SaidAndCame,
  SHOWN_TASK,
  saidAndCame,
} from './ledger-reads.ts';
export { type ScoredCounts, scoreForecasts, type Truth, type TruthsOf } from './ledger-scores.ts';
export { FEWEST_LIVE_WEEKS, type LiveCell, liveCells } from './live-cells.ts';
export {
  type ListedVersion,
  listVersions,
  type ModelVersion,
  recordTraining,
  registerVersion,
  type Training,
  trainingsOf,
  versionIdOf,
  versionNamed,
} from './models.ts';
export { type OpenRecordsOptions, openRecords } from './open.ts';
export { openBehind, type RecordsBehind } from './open-behind.ts';
export * from './orchestrator-lock.ts';
export {
  type Challenger,
  type Champion,
  challengersOf,
  championOf,
  countLook,
  type Decision,
  type DecisionKind,
  decide,
  decisionNamed,
  decisionsAbout,
  putUpChallenger,
  type Reign,
  reigns,
  type TakenDecision,
} from './promotions.ts';
export type { Records } from './records.ts';
export { countRuns, type RunCounts, stepCounts } from './run-counts.ts';
export * from './run-events.ts';
export { listenToRuns } from './run-listener.ts';
export * from './run-marks.ts';
export { rangeOfRuns, runStatuses } from './run-statuses.ts';
export * from './run-steps.ts';
export * from './runs.ts';
export * from './schedule-ticks.ts';
export * from './schedules.ts';
export { type RecordsStatus, recordsStatus } from './status.ts';
export { renewPassword, stopRecords } from './stop.ts';
