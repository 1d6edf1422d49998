import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type Bilingual, EXIT, SihwangError } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import { daily } from './daily.ts';
import type { Plan, PlanStep } from './plan.ts';
import { weeklyRetrain } from './weekly-retrain.ts';

/** The plans that come with this version. */
const BUILT_IN: readonly Plan[] = [daily, weeklyRetrain];

/** Where a person's own plans are: one file each, the plan its default export. */
export function plansFolder(home: Home): string {
  return join(home.path, 'plans');
}

export interface KnownPlan {
  readonly plan: Plan;
  /** The file of a person's own plan; null for one of this version. */
  readonly path: string | null;
}

/** A file in the folder of plans that holds none that can be used, and why. */
export interface BrokenPlan {
  readonly path: string;
  readonly error: SihwangError;
}

/** Every plan of the home; a file that holds none takes no other plan with it. */
export async function plansOf(
  home: Home,
): Promise<{ readonly plans: readonly KnownPlan[]; readonly broken: readonly BrokenPlan[] }> {
  const folder = plansFolder(home);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(mjs|js|ts)$/.test(name)) : [];
  const own: { readonly plan: Plan; readonly path: string }[] = [];
  const broken: BrokenPlan[] = [];
  for (const name of names.sort()) {
    const path = join(folder, name);
    try {
      own.push({ plan: await readPlan(path), path });
    } catch (error) {
      if (!(error instanceof SihwangError)) throw error;
      broken.push({ path, error });
    }
  }
  const plans: KnownPlan[] = BUILT_IN.map((plan) => ({ plan, path: null }));
  for (const { plan, path } of own) {
    const other = [...plans.slice(0, BUILT_IN.length), ...own].find(
      (each) => each.plan.name === plan.name && each.path !== path,
    );
    if (other) broken.push({ path, error: namedTwice(plan.name, path, other.path) });
    else plans.push({ plan, path });
  }
  return { plans, broken };
}

function namedTwice(name: string, path: string, other: string | null): SihwangError {
  return refused(path, {
    ko: `같은 이름의 계획이 또 있습니다: ${name}${other ? ` (${other})` : ''}`,
    en: `there is another plan named ${name}${other ? ` in ${other}` : ''}`,
  });
}

/** @throws SihwangError `PLAN_UNKNOWN`; `PLAN_UNREADABLE` where the file of that name holds none that can be used */
export async function planNamed(home: Home, name: string): Promise<Plan> {
  const { plans: known, broken } = await plansOf(home);
  const found = known.find(({ plan }) => plan.name === name);
  if (found) return found.plan;
  const own = broken.find(({ path }) => parse(path).name === name);
  if (own) throw own.error;
  const unread = broken.map(({ path }) => path).join(', ');
  throw new SihwangError(
    'PLAN_UNKNOWN',
    { ko: `없는 계획: ${name}`, en: `there is no plan ${name}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: `있는 계획: ${known.map(({ plan }) => plan.name).join(', ')}. 직접 만든 계획은 ${plansFolder(home)}에 파일로 두세요.${unread && ` 읽을 수 없는 파일: ${unread}.`}`,
        en: `Known plans: ${known.map(({ plan }) => plan.name).join(', ')}. A plan of your own is a file in ${plansFolder(home)}.${unread && ` Files that cannot be read: ${unread}.`}`,
      },
    },
  );
}

const PLAN = z.object({
  name: z.string(),
  version: z.number().int().positive(),
  about: z.union([z.string(), z.strictObject({ ko: z.string(), en: z.string() })]).optional(),
  steps: z.custom<Plan['steps']>((value) => typeof value === 'function', 'is not a function'),
});

const STEPS = z.array(
  z.strictObject({
    id: z.string(),
    kind: z.string(),
    needs: z.array(z.string()),
    params: z.record(z.string(), z.json()).optional(),
    retries: z.number().optional(),
  }),
);

/** A file of a person's own; what it says is checked here, and again whenever its steps are asked for. */
async function readPlan(path: string): Promise<Plan> {
  if (path.endsWith('.ts') && !(process.features as { readonly typescript?: unknown }).typescript)
    throw refused(
      path,
      {
        ko: `Node ${process.versions.node}은 TypeScript를 읽지 못합니다`,
        en: `Node ${process.versions.node} reads no TypeScript`,
      },
      { ko: '.mjs로 쓰거나 Node 22.18 이상을 쓰세요.', en: 'Write it as .mjs, or use Node 22.18 or later.' },
    );
  // a file that was changed is read again by a process that lives on
  const url = `${pathToFileURL(path).href}?${statSync(path).mtimeMs}`;
  let module: { readonly default?: unknown };
  try {
    module = (await import(url)) as { readonly default?: unknown };
  } catch (error) {
    throw refused(path, { ko: (error as Error).message, en: (error as Error).message });
  }
  if (module.default === undefined)
    throw refused(path, { ko: 'default export가 없습니다', en: 'it has no default export' });
  const plan = parsed(path, PLAN, module.default);
  return {
    name: plan.name,
    version: plan.version,
    ...(plan.about === undefined ? {} : { about: plan.about }),
    steps: (context) => parsed(path, STEPS, plan.steps(context)) as readonly PlanStep[],
  };
}

function parsed<T>(path: string, shape: z.ZodType<T>, value: unknown): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const said = result.error.issues.map((issue) => `${issue.path.join('.') || 'the plan'}: ${issue.message}`);
  throw refused(path, { ko: `계획의 꼴이 아닙니다: ${said.join('; ')}`, en: said.join('; ') });
}

function refused(
  path: string,
  message: Bilingual,
  hint: Bilingual = {
    ko: '파일을 고치세요. 예는 docs/plans.md.',
    en: 'Correct the file; docs/plans.md shows one.',
  },
): SihwangError {
  return new SihwangError(
    'PLAN_UNREADABLE',
    { ko: `${path}: ${message.ko}`, en: `${path}: ${message.en}` },
    { exit: EXIT.usage, hint },
  );
}
