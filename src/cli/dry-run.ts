import { usdText } from '../jobs/index.ts';
import type { EstimatedStep, RunEstimate, StepTime } from '../pipeline/runs/index.ts';
import { durationText, formatCount, type Language, planTextOf } from '../show/index.ts';
import { print, table } from './output.ts';

/** Prints what a run would do: each step with its inputs, where it works, for how long, and by what that is known. */
export function printEstimate({ steps, seconds, unknownTimes }: RunEstimate, language: Language): void {
  const words = planTextOf(language);
  if (steps.length === 0) {
    print(words.noSteps);
    return;
  }
  print(
    table(
      [
        { title: words.step },
        { title: words.inputs },
        { title: words.runner },
        { title: words.time, right: true },
        { title: words.knownBy },
        { title: words.cost },
      ],
      steps.map((step) => [
        step.id,
        inputsOf(step),
        step.place.jobs ? words.jobs(step.place.runner) : words.here,
        step.time.seconds === null ? words.unknown : durationText(step.time.seconds * 1000, language),
        groundsOf(step.time, language),
        costText(step, language),
      ]),
    ),
  );
  const work = durationText(seconds * 1000, language);
  print(`\n${words.total(steps.length, work, unknownTimes, totalCost(steps, language))}`);
}

function inputsOf({ needs, params }: EstimatedStep): string {
  return [
    ...needs,
    ...Object.entries(params).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
  ].join(' ');
}

function groundsOf(time: StepTime, language: Language): string {
  const words = planTextOf(language);
  if (time.basis === 'unknown') return words.notRunYet;
  if (time.basis === 'past-runs') return words.pastRuns(time.runs);
  const { series, secondsASeries, processes, measured, bound } = time;
  const count = (value: number) => formatCount(value, language);
  const by = measured === null ? words.byBench : words.byPast(count(measured));
  return words.modelled(bound, count(series), (1000 * secondsASeries).toFixed(0), by, processes);
}

function costText({ cost }: EstimatedStep, language: Language): string {
  const words = planTextOf(language);
  if (cost.basis === 'this-machine') return words.noBill;
  return cost.basis === 'bound' ? words.atMost(usdText(cost.usd), cost.jobs) : words.unknown;
}

/** A sum only where every part of it is known. */
function totalCost(steps: readonly EstimatedStep[], language: Language): string {
  const words = planTextOf(language);
  for (const { cost, place } of steps)
    if (cost.basis === 'unknown' && place.jobs) return words.costUnknown[cost.why](place.runner);
  const priced = steps.flatMap(({ cost }) => (cost.basis === 'bound' ? [cost] : []));
  if (priced.length === 0) return words.noMoney;
  const usd = priced.reduce((sum, cost) => sum + cost.usd, 0);
  return words.costAtMost(usdText(usd), priced[0]!.prices);
}
