import * as batch from '@aws-sdk/client-batch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import * as scheduler from '@aws-sdk/client-scheduler';
import { NormalizedSchema } from '@smithy/core/schema';

/** The services whose requests and answers are JSON, by the name in a request's credential scope. */
export type JsonService = 'batch' | 'sagemaker' | 'logs' | 'scheduler';

/** One operation as the SDK's own schema describes it. */
export interface Operation {
  readonly service: JsonService;
  readonly name: string;
  /** Of restJson services; null where the operation is named by a header. */
  readonly http: { readonly method: string; readonly path: string } | null;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Names of the input's members without which the service refuses. */
  readonly required: readonly string[];
}

/** An exported operation of a client package: `[9, namespace, name, traits, input, output]`. */
type OperationTuple = readonly [
  9,
  string,
  string,
  0 | { readonly http?: readonly [string, string, number] },
  unknown,
  unknown,
];

const CLIENTS: Readonly<Record<JsonService, object>> = { batch, sagemaker, logs, scheduler };

/** Every operation that a client package knows, by name. The layout is the SDK's own business: a canary test pins it. */
export function operationsOf(service: JsonService): ReadonlyMap<string, Operation> {
  const found = Object.values(CLIENTS[service]).filter(
    (value): value is OperationTuple => Array.isArray(value) && value[0] === 9,
  );
  return new Map(found.map((tuple) => [tuple[2], operationOf(service, tuple)]));
}

function operationOf(service: JsonService, [, , name, traits, input, output]: OperationTuple): Operation {
  const http = traits === 0 ? undefined : traits.http;
  const shape = NormalizedSchema.of(input as never);
  return {
    service,
    name,
    http: http ? { method: http[0], path: http[1] } : null,
    input: shape,
    output: NormalizedSchema.of(output as never),
    required: requiredOf(shape),
  };
}

/** The first `requiredCount` members of a structure are those it cannot do without. */
export function requiredOf(shape: NormalizedSchema): readonly string[] {
  const raw = shape.getSchema() as unknown as readonly unknown[];
  if (!Array.isArray(raw) || typeof raw[6] !== 'number') return [];
  return (raw[4] as readonly string[]).slice(0, raw[6]);
}
