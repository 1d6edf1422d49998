import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EXIT, SihwangError } from '../domain/index.ts';
import { RUNNER_KINDS, type RunnerKind } from './runner-kinds.ts';
import { SAGEMAKER_SETTINGS } from './runners/sagemaker/settings.ts';

/** The home's file of what it uses in an AWS account. It names things, never a secret: those are the SDK's own matter. */
const FILE = 'aws.json';

const text = z.string().min(1);
const positive = z.number().positive();

const SETTINGS = z.strictObject({
  /** The runner of every step that names none; without it this machine. */
  runner: z.enum(RUNNER_KINDS).optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as ap-northeast-2')
    .optional(),
  /** Where snapshots and specs go and results come back from; each home has a part of its own below it. */
  store: z
    .string()
    .regex(/^s3:\/\/[^/]+\/(.+\/)?$/, 's3://bucket/ or s3://bucket/prefix/')
    .optional(),
  /** The container image of the workers, best by its digest. */
  image: text.optional(),
  batch: z
    .strictObject({
      spotQueue: text.optional(),
      onDemandQueue: text.optional(),
      jobDefinition: text.optional(),
      jobRoleArn: text.optional(),
      executionRoleArn: text.optional(),
      logGroup: text.optional(),
    })
    .optional(),
  sagemaker: SAGEMAKER_SETTINGS.optional(),
  /** What each job gets. */
  resources: z
    .strictObject({
      vcpu: positive.optional(),
      memoryMiB: positive.optional(),
      gpu: z.int().min(0).optional(),
      spot: z.boolean().optional(),
    })
    .optional(),
  /** How long one attempt of a job may take, and how many may end badly. */
  limits: z
    .strictObject({
      attemptSeconds: z.number().min(60).optional(),
      attempts: z.int().min(1).max(20).optional(),
    })
    .optional(),
  caps: z
    .strictObject({
      /** A run whose upper bound is above it is refused before anything is submitted. */
      maxCostUsdPerRun: positive.optional(),
      /** Jobs of 24 hours, of all runs together, whose upper bound is above it: the newest are refused. */
      maxCostUsdPerDay: positive.optional(),
      /** So many jobs are with a runner at a time, waiting or at work; the rest stay planned. */
      maxConcurrentJobs: z.int().min(1).optional(),
    })
    .optional(),
  /** Path of a price table of one's own, in the form of `src/jobs/cost/prices.json`. */
  prices: text.optional(),
});

/** What a home uses in an AWS account; a member is absent where nobody said it. */
export type AwsSettings = z.infer<typeof SETTINGS>;

/** The variable that says a member where the file should not, or does not. */
const VARIABLES = {
  runner: 'SIHWANG_AWS_RUNNER',
  region: 'SIHWANG_AWS_REGION',
  store: 'SIHWANG_AWS_STORE',
  image: 'SIHWANG_AWS_IMAGE',
  'batch.spotQueue': 'SIHWANG_AWS_SPOT_QUEUE',
  'batch.onDemandQueue': 'SIHWANG_AWS_ON_DEMAND_QUEUE',
  'batch.jobRoleArn': 'SIHWANG_AWS_JOB_ROLE_ARN',
  'batch.jobDefinition': 'SIHWANG_AWS_JOB_DEFINITION',
  'batch.logGroup': 'SIHWANG_AWS_LOG_GROUP',
  'sagemaker.roleArn': 'SIHWANG_AWS_TRAINING_ROLE_ARN',
  'sagemaker.queue': 'SIHWANG_AWS_SERVICE_QUEUE',
  'sagemaker.modelGroup': 'SIHWANG_AWS_MODEL_GROUP',
  'caps.maxCostUsdPerRun': 'SIHWANG_AWS_MAX_COST_USD',
  'caps.maxCostUsdPerDay': 'SIHWANG_AWS_MAX_COST_USD_PER_DAY',
} as const;

/**
 * The settings of a home: its `aws.json`, each member replaced by its variable where that is set. An empty object where
 * nothing was said.
 * @throws SihwangError `AWS_SETTINGS_UNREADABLE` (78), naming each member that is wrong
 */
export function readAwsSettings(homePath: string, environment: NodeJS.ProcessEnv = process.env): AwsSettings {
  const path = join(homePath, FILE);
  let found: Record<string, unknown> = {};
  if (existsSync(path)) {
    try {
      found = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    } catch (cause) {
      throw unreadable(path, (cause as Error).message, cause);
    }
  }
  for (const [member, variable] of Object.entries(VARIABLES)) {
    const value = environment[variable];
    if (value) setMember(found, member, member.startsWith('caps.') ? Number(value) : value);
  }
  const checked = SETTINGS.safeParse(found);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.map(
    ({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`,
  );
  throw unreadable(path, issues.join('; '), checked.error);
}

/** The region that the settings name, else the one that the environment names. */
export function regionOf({ region }: AwsSettings): string | undefined {
  return region ?? (process.env.AWS_REGION || undefined);
}

function setMember(object: Record<string, unknown>, member: string, value: unknown): void {
  const [first = '', second] = member.split('.');
  if (second === undefined) object[first] = value;
  else object[first] = { ...(object[first] as object | undefined), [second]: value };
}

function unreadable(path: string, why: string, cause: unknown): SihwangError {
  return new SihwangError(
    'AWS_SETTINGS_UNREADABLE',
    { ko: `AWS 설정을 쓸 수 없습니다: ${why}`, en: `the settings for AWS cannot be used: ${why}` },
    {
      exit: EXIT.configuration,
      hint: {
        ko: `${path} 또는 그 항목을 대신하는 변수를 고치세요. 온전한 예는 docs/jobs.md.`,
        en: `Correct ${path} or the variable that replaces the member; docs/jobs.md shows a whole one.`,
      },
      cause,
    },
  );
}

/** A member that has to be there, with its value. */
export type Needed = Readonly<Record<string, unknown>>;

/**
 * Complains about every member that a runner needs and nobody has said.
 * @throws SihwangError `AWS_SETTINGS_MISSING` (78)
 */
export function requireSettings(kind: RunnerKind, needed: Needed): void {
  const missing = Object.entries(needed)
    .filter(([, value]) => value === undefined)
    .map(([member]) => {
      const variable = (VARIABLES as Readonly<Record<string, string>>)[member];
      return variable ? `${member} (or ${variable})` : member;
    });
  if (missing.length === 0) return;
  throw new SihwangError(
    'AWS_SETTINGS_MISSING',
    {
      ko: `실행기 ${kind}에 빠진 설정: ${missing.join(', ')}`,
      en: `the runner ${kind} lacks ${missing.join(', ')}`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: `홈의 ${FILE}에 쓰세요. 온전한 예는 docs/jobs.md.`,
        en: `Write them into ${FILE} of the home; docs/jobs.md shows a whole one.`,
      },
    },
  );
}
