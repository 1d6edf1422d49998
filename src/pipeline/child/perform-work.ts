import type { JsonObject } from '../../domain/index.ts';
import { openHome } from '../../lake/index.ts';
import { connectRecords } from '../../records/index.ts';
import { stepErrorOf } from '../orchestrate/step-error.ts';
import { stepKindNamed } from '../steps/index.ts';
import { Partly, Skipped, type StepContext, type StepKind } from '../steps/step.ts';
import type { StepWork, WorkEnd } from './step-work.ts';

export interface PerformEffects {
  readonly event: (name: string, fields: JsonObject) => void;
  readonly signal: AbortSignal;
  readonly kindNamed: (kind: string) => StepKind | undefined;
}

/** Does one piece of work in this process. Never throws: an error is how the work ended. */
export async function performWork(
  work: StepWork,
  { event, signal, kindNamed = stepKindNamed }: Omit<PerformEffects, 'kindNamed'> & Partial<PerformEffects>,
): Promise<WorkEnd> {
  const began = performance.now();
  const workedMs = () => performance.now() - began;
  const records = connectRecords(work.recordsUrl);
  try {
    const kind = kindNamed(work.kind);
    if (!kind) throw new Error(`this version knows no kind of step ${work.kind}`);
    const context: StepContext = {
      home: openHome(work.homePath),
      ...{ run: work.run, step: work.step, key: `${work.run}/${work.step}` },
      ...{ scheduledFor: new Date(work.scheduledFor), asOf: new Date(work.asOf) },
      ...{ attempt: work.attempt, params: work.params, records, signal },
      inputOf: (stepId) => work.inputs[stepId],
      event: (name, fields = {}) => event(name, fields),
    };
    if (work.part === 'specs') {
      const specs = await jobsKind(kind).specs(context);
      return specs instanceof Skipped
        ? { skipped: specs.reason, workedMs: workedMs() }
        : { specs, workedMs: workedMs() };
    }
    const output =
      kind.runs === 'child' ? await kind.perform(context) : await kind.collect(context, work.outcomes ?? []);
    if (output instanceof Partly)
      return { output: output.output, partly: stepErrorOf(output.problem), workedMs: workedMs() };
    return output instanceof Skipped
      ? { skipped: output.reason, workedMs: workedMs() }
      : { output, workedMs: workedMs() };
  } catch (error) {
    return { error: stepErrorOf(error), workedMs: workedMs() };
  } finally {
    await records.close().catch(() => undefined);
  }
}

function jobsKind(kind: StepKind) {
  if (kind.runs === 'jobs') return kind;
  throw new Error(`${kind.kind} has no jobs`);
}
