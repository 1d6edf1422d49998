import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { SihwangError } from '../domain/index.ts';
import { type KnownPlan, planNamed, planSteps, plansOf } from '../pipeline/runs/index.ts';
import { planLines, planSvg, planTextOf } from '../show/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { print, printJson, table, tell } from './output.ts';

export function addPlan(program: Command, say: Say): void {
  const plan = program
    .command('plan')
    .description(
      say({ ko: '돌릴 수 있는 계획과 하는 일', en: 'the plans that can be run, and what they do' }),
    );
  withCommonOptions(plan.command('list'), say)
    .description(say({ ko: '홈의 모든 계획', en: 'every plan of the home' }))
    .action(list);
  withCommonOptions(plan.command('show <plan>'), say)
    .description(
      say({
        ko: '지금 돌린다면 어떻게 될지 계획을 그리고, 단계의 종류마다 하는 일을 설명',
        en: 'draw a plan as it would be run now, and say what each kind of step does',
      }),
    )
    .option('--svg <file>', say({ ko: '그림 파일로 저장', en: 'write the drawing as a picture' }))
    .action(show);
}

async function list(options: CommonOptions): Promise<void> {
  const { plans, broken } = await plansOf(homeOf(options));
  if (options.json)
    printJson(
      plans.map(({ plan, path }) => ({
        ...{ name: plan.name, version: plan.version, about: plan.about ?? null, path },
      })),
    );
  else print(plansTable(plans, options));
  if (broken.length > 0) throw allOf(broken.map(({ error }) => error));
}

/** One error that says what each says. */
function allOf(errors: readonly SihwangError[]): SihwangError {
  const [first] = errors as [SihwangError];
  return new SihwangError(
    first.code,
    {
      ko: errors.map((error) => error.ko.message).join('\n  '),
      en: errors.map((error) => error.message).join('\n  '),
    },
    { exit: first.exit, hint: { ko: first.ko.hint, en: first.hint } },
  );
}

function plansTable(known: readonly KnownPlan[], options: CommonOptions): string {
  const language = languageOf(options);
  const words = planTextOf(language);
  const about = (text: KnownPlan['plan']['about']) =>
    typeof text === 'object' ? text[language] : (text ?? '');
  return table(
    [
      { title: words.plan },
      { title: words.version, right: true },
      { title: words.about },
      { title: words.file },
    ],
    known.map(({ plan, path }) => [
      ...[plan.name, String(plan.version), about(plan.about), path ?? words.builtIn],
    ]),
  );
}

async function show(name: string, options: CommonOptions & { readonly svg?: string }): Promise<void> {
  const home = homeOf(options);
  const plan = await planNamed(home, name);
  const steps = planSteps(home, plan, new Date());
  if (options.svg !== undefined) {
    writeFileSync(options.svg, planSvg(`${plan.name} ${plan.version}`, steps));
    tell(
      sayIn(languageOf(options))({ ko: `그림을 썼습니다: ${options.svg}`, en: `${options.svg} is written` }),
    );
  }
  if (options.json) return printJson({ name: plan.name, version: plan.version, steps });
  const language = languageOf(options);
  const words = planTextOf(language);
  if (steps.length === 0) return print(words.noSteps);
  print(words.head(plan.name, plan.version, steps.length));
  for (const line of planLines(steps, language)) print(`  ${line}`);
  const kinds = new Map(steps.map(({ kind, does }) => [kind, does[language]]));
  print(`\n${table([{ title: words.kind }, { title: words.about }], [...kinds])}`);
}
