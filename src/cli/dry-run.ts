import type { EstimatedStep, RunEstimate, StepCost, StepTime } from '../pipeline/index.ts';
import { durationText } from '../show/index.ts';
import { print, table } from './output.ts';

/** Prints what a run would do: each step with its inputs, where it works, for how long, and by what that is known. */
export function printEstimate({ steps, seconds, unknownTimes }: RunEstimate): void {
  print(
    table(
      [
        { title: 'step' },
        { title: 'inputs' },
        { title: 'runner' },
        { title: 'time', right: true },
        { title: 'known by' },
        { title: 'cost' },
      ],
      steps.map((step) => [
        step.id,
        inputsOf(step),
        step.place.jobs ? `${step.place.runner} jobs` : 'local process',
        step.time.seconds === null ? 'unknown' : durationText(step.time.seconds * 1000),
        groundsOf(step.time),
        costText(step.cost),
      ]),
    ),
  );
  const unknown = unknownTimes === 0 ? '' : ` and ${unknownTimes} of unknown length`;
  print(
    `\n${steps.length} steps, ${durationText(seconds * 1000)} of work${unknown}; ${totalCost(steps)}; nothing was done`,
  );
}

function inputsOf({ needs, params }: EstimatedStep): string {
  return [
    ...needs,
    ...Object.entries(params).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
  ].join(' ');
}

function groundsOf(time: StepTime): string {
  if (time.basis === 'unknown') return 'it has not run yet';
  if (time.basis === 'past-runs') return `median of ${time.runs} ${time.runs === 1 ? 'run' : 'runs'}`;
  const { series, secondsASeries, processes, measured, bound } = time;
  const by = measured === null ? 'our bench' : `${measured} forecasts made here`;
  return `${bound ? 'at most ' : ''}${series} forecasts × ${(1000 * secondsASeries).toFixed(0)} ms by ${by}, on ${processes} processes`;
}

function costText(cost: StepCost): string {
  if (cost.basis === 'this-machine') return 'no bill';
  return cost.basis === 'bound' ? `≤ $${cost.usd.toFixed(4)}` : 'unknown';
}

/** A sum only where every part of it is known. */
function totalCost(steps: readonly EstimatedStep[]): string {
  const unknown = steps.flatMap(({ cost }) => (cost.basis === 'unknown' ? [cost.why] : []));
  if (unknown.length > 0) return `cost unknown: ${unknown[0]}`;
  const priced = steps.flatMap(({ cost }) => (cost.basis === 'bound' ? [cost.usd] : []));
  if (priced.length === 0) return 'this machine alone, which costs time and no money';
  return `at most $${priced.reduce((sum, usd) => sum + usd, 0).toFixed(4)}`;
}
