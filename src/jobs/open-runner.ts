import { EXIT, SihwangError } from '../domain/index.ts';
import { useAwsRegion } from '../store/index.ts';
import { type AwsSettings, regionOf, requireSettings } from './aws-settings.ts';
import type { Runner } from './runner.ts';
import type { RunnerKind } from './runner-kinds.ts';
import { openLocalRunner } from './runners/local/local-runner.ts';

/** What a runner is opened with. */
export interface RunnerParts {
  readonly home: { readonly id: string; readonly path: string };
  /** As `readAwsSettings` gives them; the local runner looks at none. */
  readonly aws: AwsSettings;
}

/** Each kind's way to open it; its code, and the SDK behind it, is loaded when a plan first asks for it. */
const OPEN: Readonly<Partial<Record<RunnerKind, (parts: RunnerParts) => Promise<Runner>>>> = {
  local: async ({ home }) => openLocalRunner(home),
  'aws-batch': async ({ aws }) => {
    const { batchOptions } = await import('./runners/aws-batch/batch-settings.ts');
    const { openBatchRunner } = await import('./runners/aws-batch/batch-runner.ts');
    return openBatchRunner(batchOptions(aws));
  },
};

/**
 * Opens the runner of a kind. Nothing is asked of it yet.
 * @throws SihwangError `RUNNER_UNKNOWN` for a kind that this version cannot open; `AWS_SETTINGS_MISSING`
 */
export async function openRunner(kind: RunnerKind, parts: RunnerParts): Promise<Runner> {
  const open = OPEN[kind];
  if (!open)
    throw new SihwangError('RUNNER_UNKNOWN', `this version cannot run jobs on ${kind}`, {
      exit: EXIT.configuration,
      hint: `Write one of ${Object.keys(OPEN).join(', ')}.`,
    });
  if (kind !== 'local') useAwsSettings(kind, parts.aws);
  return open(parts);
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
