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
  /** Keys of sources for the Fargate controller: by the name of their variable, the ARN of the secret that holds each. */
  readonly feedKeys: Readonly<Record<string, string>>;
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
  feedKeys: {},
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
    feedKeys: readFeedKeys(given.feedKeys),
    dailyAt: DEFAULTS.dailyAt,
  };
}

/** `NAME=ARN,NAME=ARN` */
function readFeedKeys(given: string | undefined): Readonly<Record<string, string>> {
  const pairs = (given ?? '').split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, arn] = /^\s*([A-Z][A-Z0-9_]*)=(arn:aws[\w-]*:secretsmanager:\S+)\s*$/.exec(pair) ?? [];
      if (name === undefined || arn === undefined || name === 'DATABASE_URL')
        throw new Error(`feedKeys is NAME=ARN of a secret, separated by commas, not ${pair}`);
      return [name, arn];
    }),
  );
}
