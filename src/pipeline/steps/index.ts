import { checkStep } from './check.ts';
import { evaluateStep } from './evaluate.ts';
import { fetchStep } from './fetch.ts';
import { forecastStep } from './forecast.ts';
import { ingestStep } from './ingest.ts';
import { promoteStep } from './promote.ts';
import { publishConditionsStep } from './publish-conditions.ts';
import { publishForecastsStep } from './publish-forecasts.ts';
import { recordForecastsStep } from './record-forecasts.ts';
import { alertStep, reportStep } from './report.ts';
import { scoreForecastsStep } from './score-forecasts.ts';
import { snapshotStep } from './snapshot.ts';
import type { StepKind } from './step.ts';
import { trainStep } from './train.ts';

/** Every kind of step that a plan may name. */
const STEP_KINDS: readonly StepKind[] = [
  fetchStep,
  ingestStep,
  checkStep,
  publishConditionsStep,
  snapshotStep,
  trainStep as StepKind,
  forecastStep as StepKind,
  publishForecastsStep,
  recordForecastsStep,
  scoreForecastsStep,
  evaluateStep as StepKind,
  promoteStep,
  reportStep,
  alertStep,
];

const BY_NAME = new Map(STEP_KINDS.map((kind) => [kind.kind, kind]));

/** Kinds of steps that tell of a run and change nothing of it. */
export const HOOK_KINDS: readonly string[] = STEP_KINDS.filter(({ hook }) => hook).map(({ kind }) => kind);

export function stepKindNamed(kind: string): StepKind | undefined {
  return BY_NAME.get(kind);
}
