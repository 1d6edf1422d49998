import { EXIT, SihwangError } from '../../domain/index.ts';
import type { NewRunStep } from '../../records/index.ts';
import type { StepKind } from '../steps/step.ts';
import type { Plan, PlanContext, PlanStep } from './plan.ts';

const DEFAULT_RETRIES = 3;
const MOST_RETRIES = 20;
const NAME = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;
const NAME_RULE = 'lower-case letters and digits, joined by single - or .';

/**
 * A plan's steps for one moment, each after what it needs and otherwise in the plan's own order.
 * @throws SihwangError `PLAN_INVALID` with everything that is wrong: names, unknown kinds, unknown needs, circles,
 * parameters that a kind refuses
 */
export function orderedSteps(
  plan: Plan,
  context: PlanContext,
  kindNamed: (kind: string) => StepKind | undefined,
): readonly NewRunStep[] {
  const steps = plan.steps(context);
  const problems = [
    ...(NAME.test(plan.name) ? [] : [`the plan's name ${plan.name} is not ${NAME_RULE}`]),
    ...(Number.isInteger(plan.version) && plan.version > 0
      ? []
      : ['its version is not a whole number from 1 on']),
    ...problemsOf(steps, kindNamed),
  ];
  const ordered = problems.length === 0 ? sorted(steps) : [];
  if (problems.length === 0 && ordered.length < steps.length) {
    const inCircle = steps.filter((step) => !ordered.includes(step)).map(({ id }) => id);
    problems.push(`these steps need one another in a circle: ${inCircle.join(', ')}`);
  }
  if (problems.length > 0)
    throw new SihwangError(
      'PLAN_INVALID',
      {
        ko: `돌릴 수 없는 계획 ${plan.name}: ${problems.join('; ')}`,
        en: `the plan ${plan.name} cannot be run: ${problems.join('; ')}`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '계획을 고치세요. sihwang plan show가 그려 줍니다.',
          en: 'Correct the plan; sihwang plan show draws it.',
        },
      },
    );
  return ordered.map(({ id, kind, needs, params, retries }) => ({
    ...{ id, kind, needs, params: params ?? {}, retries: retries ?? DEFAULT_RETRIES },
  }));
}

function problemsOf(steps: readonly PlanStep[], kindNamed: (kind: string) => StepKind | undefined): string[] {
  const ids = new Set<string>();
  const problems: string[] = [];
  for (const { id } of steps) {
    if (!NAME.test(id)) problems.push(`the step ${id} is not named with ${NAME_RULE}`);
    if (ids.has(id)) problems.push(`there are two steps ${id}`);
    ids.add(id);
  }
  for (const { id, kind, needs, params, retries } of steps) {
    const known = kindNamed(kind);
    if (!known) problems.push(`the step ${id} is of an unknown kind ${kind}`);
    else if (known.check)
      problems.push(...known.check(params ?? {}).map((each) => `the step ${id}: ${each}`));
    else if (Object.keys(params ?? {}).length > 0)
      problems.push(`the step ${id}: ${kind} takes no parameters`);
    for (const need of needs)
      if (!ids.has(need)) problems.push(`the step ${id} needs ${need}, which is no step`);
    if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0 && retries <= MOST_RETRIES))
      problems.push(`the step ${id} has retries ${retries}; give a whole number from 0 to ${MOST_RETRIES}`);
  }
  return problems;
}

/** As many steps as can be ordered: all but those in a circle and those behind it. */
function sorted(steps: readonly PlanStep[]): PlanStep[] {
  const done = new Set<string>();
  const ordered: PlanStep[] = [];
  for (let before = -1; before < ordered.length; ) {
    before = ordered.length;
    for (const step of steps) {
      if (done.has(step.id) || !step.needs.every((need) => done.has(need))) continue;
      done.add(step.id);
      ordered.push(step);
    }
  }
  return ordered;
}
