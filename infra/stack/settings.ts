/** What differs from one account to another; every value has a default that costs nothing until a job runs. */
export interface Settings {
  /** Part of every name, so that several installations may live in one account. */
  readonly name: string;
  /** The most processors that run at the same time: the cap on what an hour can cost. */
  readonly maxVcpus: number;
  readonly maxSageMakerInstances: number;
  readonly monthlyBudgetUsd: number;
  /** Who hears of the budget; none = the alarm stands without a reader. */
  readonly budgetEmail: string | null;
  /** `local`: schedules, records and dashboard stay on the user's machine. `fargate`: they run in the account. */
  readonly controller: 'local' | 'fargate';
  /** ARN of a secret that holds a DATABASE_URL; needed by the Fargate controller. */
  readonly databaseUrlSecretArn: string | null;
  /** The tag or digest of the image in the repository that the stack makes. */
  readonly image: string;
  /** When the Fargate controller runs the daily plan, in Asia/Seoul. */
  readonly dailyAt: { readonly hour: number; readonly minute: number };
}

export const DEFAULTS: Settings = {
  name: 'sihwang',
  maxVcpus: 64,
  maxSageMakerInstances: 2,
  monthlyBudgetUsd: 100,
  budgetEmail: null,
  controller: 'local',
  databaseUrlSecretArn: null,
  image: 'latest',
  dailyAt: { hour: 6, minute: 10 },
};

/** Reads settings as `cdk -c name=value` gives them. Throws in words for what can't be built. */
export function readSettings(given: Readonly<Record<string, string | undefined>>): Settings {
  const number = (key: 'maxVcpus' | 'maxSageMakerInstances' | 'monthlyBudgetUsd'): number => {
    const value = given[key] === undefined ? DEFAULTS[key] : Number(given[key]);
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`${key} is a whole number from 1 on, not ${given[key]}`);
    return value;
  };
  const name = given.name ?? DEFAULTS.name;
  if (!/^[a-z][a-z0-9-]{0,20}$/.test(name))
    throw new Error(`name is lower-case letters, digits and hyphens, not ${name}`);
  const controller = given.controller ?? DEFAULTS.controller;
  if (controller !== 'local' && controller !== 'fargate')
    throw new Error(`controller is local or fargate, not ${controller}`);
  const databaseUrlSecretArn = given.databaseUrlSecretArn ?? null;
  if (controller === 'fargate' && databaseUrlSecretArn === null)
    throw new Error(
      'controller=fargate needs databaseUrlSecretArn: the ARN of a Secrets Manager secret that holds a DATABASE_URL',
    );
  return {
    name,
    maxVcpus: number('maxVcpus'),
    maxSageMakerInstances: number('maxSageMakerInstances'),
    monthlyBudgetUsd: number('monthlyBudgetUsd'),
    budgetEmail: given.budgetEmail ?? null,
    controller,
    databaseUrlSecretArn,
    image: given.image ?? DEFAULTS.image,
    dailyAt: DEFAULTS.dailyAt,
  };
}
