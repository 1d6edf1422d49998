import type { StepTry } from '../../records/index.ts';
import type { WorkEnd } from '../child/step-work.ts';
import type { DurableCalls } from '../durable/durable.ts';
import type { StepKind } from '../steps/step.ts';
import { mayPass, waitAfterMs } from './step-error.ts';

/** What the workflow of one step asks of its orchestrator; each call may be made again after a death. */
export interface StepDesk {
  /**
   * Notes that a try begins. Gives what the step is, or null when it is not to be worked on any more: it has ended, was
   * cancelled, or belongs to an earlier generation.
   */
  begin(
    step: StepTry,
    attempt: number,
  ): Promise<{ readonly runs: StepKind['runs']; readonly retries: number } | null>;
  /** Does the work in another process. */
  perform(step: StepTry, attempt: number): Promise<WorkEnd>;
  submit(step: StepTry, attempt: number): Promise<Submitted>;
  /** Waits until none of the jobs is under way any more. */
  untilEnded(step: StepTry, keys: readonly string[]): Promise<void>;
  collect(step: StepTry, attempt: number, keys: readonly string[]): Promise<WorkEnd>;
  /** Notes that a try failed and that there will be another. */
  failed(step: StepTry, attempt: number, end: WorkEnd, waitMs: number): Promise<void>;
  settle(step: StepTry, end: WorkEnd): Promise<void>;
}

/** The keys of the jobs and the time that making them took, or how the step ended without any. */
export type Submitted = { readonly keys: readonly string[]; readonly workedMs: number } | WorkEnd;

/**
 * The workflow of one step: tries until it is done or an error will not pass, then settles. What is written here must
 * do the same whenever it is run again, so it decides by the results of its durable calls alone.
 */
export function stepWorkflow(desk: StepDesk) {
  return async (input: string, calls: DurableCalls): Promise<void> => {
    const step = JSON.parse(input) as StepTry;
    for (let attempt = 1; ; attempt++) {
      const begun = await calls.step(`begin ${attempt}`, () => desk.begin(step, attempt));
      if (begun === null) return;
      const end = await (begun.runs === 'jobs' ? throughJobs : directly)(desk, calls, step, attempt);
      if ('error' in end && mayPass(end.error) && attempt <= begun.retries) {
        const waitMs = waitAfterMs(attempt);
        await calls.step(`failed ${attempt}`, () => desk.failed(step, attempt, end, waitMs));
        await calls.sleep(waitMs);
        continue;
      }
      await calls.step('settle', () => desk.settle(step, end));
      return;
    }
  };
}

function directly(desk: StepDesk, calls: DurableCalls, step: StepTry, attempt: number): Promise<WorkEnd> {
  return calls.step(`perform ${attempt}`, () => desk.perform(step, attempt));
}

async function throughJobs(
  desk: StepDesk,
  calls: DurableCalls,
  step: StepTry,
  attempt: number,
): Promise<WorkEnd> {
  const submitted = await calls.step(`submit ${attempt}`, () => desk.submit(step, attempt));
  if (!('keys' in submitted)) return submitted;
  const { keys } = submitted;
  await calls.step(`await ${attempt}`, () => desk.untilEnded(step, keys));
  const end = await calls.step(`collect ${attempt}`, () => desk.collect(step, attempt, keys));
  return { ...end, workedMs: submitted.workedMs + end.workedMs };
}
