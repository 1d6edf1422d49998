import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { planNamed, planSteps, plansOf } from '../pipeline/index.ts';
import { planLines, planSvg } from '../show/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { print, printJson, table, tell } from './output.ts';

export function addPlan(program: Command): void {
  const plan = program.command('plan').description('the plans that can be run, and what they do');
  withCommonOptions(plan.command('list')).description('every plan of the home').action(list);
  withCommonOptions(plan.command('show <plan>'))
    .description('draw a plan as it would be run now')
    .option('--svg <file>', 'write the drawing as a picture')
    .action(show);
}

async function list(options: CommonOptions): Promise<void> {
  const known = await plansOf(homeOf(options));
  if (options.json)
    return printJson(
      known.map(({ plan, path }) => ({
        ...{ name: plan.name, version: plan.version, about: plan.about ?? null, path },
      })),
    );
  print(
    table(
      [{ title: 'plan' }, { title: 'version', right: true }, { title: 'what it does' }, { title: 'file' }],
      known.map(({ plan, path }) => [plan.name, String(plan.version), plan.about ?? '', path ?? 'built in']),
    ),
  );
}

async function show(name: string, options: CommonOptions & { readonly svg?: string }): Promise<void> {
  const home = homeOf(options);
  const plan = await planNamed(home, name);
  const steps = planSteps(home, plan, new Date());
  if (options.svg !== undefined) {
    writeFileSync(options.svg, planSvg(`${plan.name} ${plan.version}`, steps));
    tell(`${options.svg} is written`);
  }
  if (options.json) return printJson({ name: plan.name, version: plan.version, steps });
  print(`${plan.name} (version ${plan.version}), ${steps.length} steps`);
  for (const line of planLines(steps)) print(`  ${line}`);
}
