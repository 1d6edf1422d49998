import {
  type Attributes,
  type Context,
  context,
  type Span,
  type SpanOptions,
  type SpanStatus,
  type TimeInput,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

/** A span as it was ended. */
export interface KeptSpan {
  readonly name: string;
  readonly attributes: Attributes;
  readonly status: SpanStatus | undefined;
  readonly startTime: TimeInput | undefined;
  readonly traceId: string;
  readonly parentId: string | undefined;
}

/** Registers a tracer that keeps every ended span, as an SDK would; `stop` takes it back. */
export function keepSpans(): { readonly spans: KeptSpan[]; stop(): void } {
  const spans: KeptSpan[] = [];
  const start = (name: string, options: SpanOptions = {}, at: Context = context.active()): Span => {
    const parent = trace.getSpanContext(at);
    const attributes: Attributes = { ...options.attributes };
    let status: SpanStatus | undefined;
    let called = name;
    const own = {
      traceId: parent?.traceId ?? '0'.repeat(31).concat('1'),
      ...{ spanId: String(spans.length + 1).padStart(16, '0'), traceFlags: 1 },
    };
    const span = {
      spanContext: () => own,
      isRecording: () => true,
      setAttribute: (key: string, value: Attributes[string]) => {
        attributes[key] = value;
        return span;
      },
      setAttributes: (more: Attributes) => {
        Object.assign(attributes, more);
        return span;
      },
      setStatus: (now: SpanStatus) => {
        status = now;
        return span;
      },
      updateName: (now: string) => {
        called = now;
        return span;
      },
      ...{
        addEvent: () => span,
        addLink: () => span,
        addLinks: () => span,
        recordException: () => undefined,
      },
      end: () => {
        const { startTime } = options;
        spans.push({
          ...{ name: called, attributes, status, startTime },
          ...{ traceId: own.traceId, parentId: parent?.spanId },
        });
      },
    } as Span;
    return span;
  };
  const tracer: Tracer = {
    startSpan: start,
    startActiveSpan: (name: string, ...rest: unknown[]) => {
      const work = rest.pop() as (span: Span) => unknown;
      const [options, at = context.active()] = rest as [SpanOptions?, Context?];
      const span = start(name, options, at);
      return context.with(trace.setSpan(at, span), () => work(span)) as never;
    },
  };
  const provider: TracerProvider = { getTracer: () => tracer };
  trace.setGlobalTracerProvider(provider);
  return { spans, stop: () => trace.disable() };
}
