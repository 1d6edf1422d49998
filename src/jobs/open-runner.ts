import { useAwsRegion } from '../store/index.ts';
import { type AwsSettings, regionOf, requireSettings } from './aws-settings.ts';
import type { Runner } from './runner.ts';
import type { RunnerKind } from './runner-kinds.ts';
import { openLocalRunner } from './runners/local/local-runner.ts';
import { queueOptions, sageMakerOptions } from './runners/sagemaker/options.ts';

/** What a runner is opened with. */
export interface RunnerParts {
  readonly home: { readonly id: string; readonly path: string };
  /** As `readAwsSettings` gives them; the local runner looks at none. */
  readonly aws: AwsSettings;
}

/** Each kind's way to open it; its code, and the SDK behind it, is loaded when a plan first asks for it. */
const OPEN: Readonly<Record<RunnerKind, (parts: RunnerParts) => Promise<Runner>>> = {
  local: async ({ home }) => openLocalRunner(home),
  'aws-batch': async ({ aws }) => {
    const { batchOptions } = await import('./runners/aws-batch/batch-settings.ts');
    const { openBatchRunner } = await import('./runners/aws-batch/batch-runner.ts');
    return openBatchRunner(batchOptions(aws));
  },
  sagemaker: async ({ aws }) => {
    const { openSageMakerRunner } = await import('./runners/sagemaker/sagemaker-runner.ts');
    return openSageMakerRunner(sageMakerOptions('sagemaker', aws));
  },
  'sagemaker-queue': async ({ aws }) => {
    const { openSageMakerQueueRunner } = await import('./runners/sagemaker-queue/queue-runner.ts');
    return openSageMakerQueueRunner(queueOptions(aws));
  },
};

/**
 * Opens the runner of a kind. Nothing is asked of it yet.
 * @throws SihwangError `AWS_SETTINGS_MISSING`
 */
export async function openRunner(kind: RunnerKind, parts: RunnerParts): Promise<Runner> {
  if (kind !== 'local') useAwsSettings(kind, parts.aws);
  return OPEN[kind](parts);
}

/**
 * Says to every client of AWS in this process which region the settings name; gives the address of the store.
 * @throws SihwangError `AWS_SETTINGS_MISSING`
 */
export function useAwsSettings(kind: RunnerKind, aws: AwsSettings): { readonly store: string } {
  const region = regionOf(aws);
  requireSettings(kind, { region, store: aws.store });
  useAwsRegion(region!);
  return { store: aws.store! };
}
