export { askBackfill, cancelBackfill, unknownBackfill } from '../backfill/ask-backfill.ts';
export { planBackfill } from '../backfill/plan-backfill.ts';
export { restingOn } from '../backfill/rested-on.ts';
export { keepOrchestrating } from '../orchestrate/keep-orchestrating.ts';
export {
  type EstimatedStep,
  estimateRun,
  type RunEstimate,
  type StepCost,
  type StepTime,
} from '../plans/estimate-run.ts';
export { type KnownPlan, planNamed, plansOf } from '../plans/home-plans.ts';
export type { Plan, PlanContext, PlanFeed, PlanStep } from '../plans/plan.ts';
export * from '../schedules/change-schedule.ts';
export { calendarReader, calendarsFor, type ReadCalendar } from '../schedules/read-calendar.ts';
export { standingsOf } from '../schedules/records-runs.ts';
export { SUGGESTED_SCHEDULES } from '../schedules/suggested-schedules.ts';
export type { ChildKind, JobsKind, StepContext, StepKind } from '../steps/step.ts';
export { cancelRun, retryRun } from './change-run.ts';
export {
  deleteRemote,
  type RemoteLeftover,
  type RemoteLook,
  remoteLeftovers,
  remoteRetention,
  stillUnneeded,
} from './collect-remote.ts';
export { removeEmptied, runLeftovers } from './collect-runs.ts';
export { jobLogs } from './job-logs.ts';
export { planSteps, startRun } from './start-run.ts';
