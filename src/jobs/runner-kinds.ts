import { EXIT, SihwangError } from '../domain/index.ts';

/** Where a step's jobs can run: the one word that a plan changes. */
export const RUNNER_KINDS = ['local', 'aws-batch', 'sagemaker', 'sagemaker-queue'] as const;
export type RunnerKind = (typeof RUNNER_KINDS)[number];

export function isRunnerKind(word: unknown): word is RunnerKind {
  return (RUNNER_KINDS as readonly unknown[]).includes(word);
}

/** @throws SihwangError `RUNNER_UNKNOWN` (2) */
export function runnerKindOf(word: unknown): RunnerKind {
  if (isRunnerKind(word)) return word;
  throw new SihwangError(
    'RUNNER_UNKNOWN',
    { ko: `없는 실행기: ${String(word)}`, en: `there is no runner ${String(word)}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: `${RUNNER_KINDS.join(', ')} 가운데 하나를 쓰세요.`,
        en: `Write one of ${RUNNER_KINDS.join(', ')}.`,
      },
    },
  );
}
