import { createHash } from 'node:crypto';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { Run, RunStep, StepError } from '../../records/index.ts';
import type { StepWork, WorkEnd } from '../child/step-work.ts';

/*
 * Spans of runs, steps and tries, for whoever registered an OpenTelemetry SDK in the process of the orchestrator; without one
 * they are nothing.
 */

const tracer = () => trace.getTracer('sihwang.pipeline');

/**
 * What all spans of a run hang on. Its ids follow from the run's: a run that one orchestrator begins and another ends is one
 * trace.
 */
function runContext(runId: string): Context {
  const hash = createHash('sha256').update(runId).digest('hex');
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...{ traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) },
    ...{ traceFlags: TraceFlags.SAMPLED, isRemote: true },
  });
}

function ofRun(run: Run): Attributes {
  return {
    'sihwang.plan': run.plan,
    'sihwang.run.id': run.id,
    'sihwang.run.scheduled_for': run.scheduledFor.toISOString(),
  };
}

function ofStep(run: Run, step: RunStep): Attributes {
  return {
    ...ofRun(run),
    'sihwang.step.id': step.id,
    'sihwang.step.kind': step.kind,
    'sihwang.step.generation': step.generation,
  };
}

function finish(span: Span, outcome: string, error: StepError | undefined): void {
  span.setAttribute('sihwang.outcome', outcome);
  if (error) {
    span.setAttribute('error.type', error.code);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  } else if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** How a piece of work ended, in the words of a step's state; `specs`: it has jobs to be done. */
function outcomeOf(end: WorkEnd): string {
  if ('output' in end) return end.partly ? 'partly' : 'succeeded';
  if ('skipped' in end) return 'skipped';
  if ('specs' in end) return 'specs';
  return end.error.class === 'cancelled' ? 'cancelled' : 'failed';
}

function errorOf(end: WorkEnd): StepError | undefined {
  if ('error' in end) return end.error;
  return 'output' in end ? end.partly : undefined;
}

/** Does one piece of work in a span of its own. */
export async function tryInSpan(
  of: {
    readonly run: Run;
    readonly step: RunStep;
    readonly attempt: number;
    readonly part: StepWork['part'];
  },
  work: () => Promise<WorkEnd>,
): Promise<WorkEnd> {
  const attributes = {
    ...ofStep(of.run, of.step),
    ...{ 'sihwang.step.attempt': of.attempt, 'sihwang.step.part': of.part },
  };
  return tracer().startActiveSpan(
    `try ${of.step.kind}`,
    { attributes },
    runContext(of.run.id),
    async (span) => {
      try {
        const end = await work();
        finish(span, outcomeOf(end), errorOf(end));
        return end;
      } catch (error) {
        span.recordException(error as Error);
        finish(span, 'failed', undefined);
        throw error;
      }
    },
  );
}

/** A step that has just ended, from its first try to its end. */
export function stepSpan(run: Run, step: RunStep, end: WorkEnd): void {
  const attributes = { ...ofStep(run, step), 'sihwang.step.attempt': step.attempt };
  const startTime = step.startedAt ?? new Date();
  const span = tracer().startSpan(`step ${step.kind}`, { attributes, startTime }, runContext(run.id));
  finish(span, outcomeOf(end), errorOf(end));
}

/** A run that has just ended, from its first step to its end. */
export function runSpan(run: Run, outcome: 'succeeded' | 'failed' | 'cancelled'): void {
  const startTime = run.startedAt ?? run.askedAt;
  const span = tracer().startSpan(
    `run ${run.plan}`,
    { attributes: ofRun(run), startTime },
    runContext(run.id),
  );
  finish(span, outcome, undefined);
}
