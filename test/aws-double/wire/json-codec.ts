import { JsonCodec } from '@aws-sdk/core/protocols';
import { faultOfShape } from './check-shape.ts';
import type { Operation } from './operations.ts';
import { Refusal } from './refusal.ts';

/** Time as seconds since 1970, the same as the services send. */
const EPOCH_SECONDS = 7;

const codec = new JsonCodec({
  jsonName: true,
  timestampFormat: { default: EPOCH_SECONDS, useTrait: true },
} as ConstructorParameters<typeof JsonCodec>[0]);

/** Where a member's value stands when it is not in the body. */
export interface OutOfBody {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** A request's input by the SDK's own schema. Throws a Refusal for what no service would read. */
export async function readInput(
  operation: Operation,
  body: string,
  { labels, query }: OutOfBody,
): Promise<Record<string, unknown>> {
  const parsed = parseObject(body);
  for (const [name, member] of operation.input.structIterator()) {
    const { httpLabel, httpQuery } = member.getMergedTraits();
    if (httpLabel && labels[name] !== undefined) parsed[name] = labels[name];
    if (httpQuery && query.has(String(httpQuery))) parsed[name] = query.get(String(httpQuery));
  }
  const fault = faultOfShape(operation.input, parsed);
  if (fault !== null) throw new Refusal(400, 'SerializationException', fault);
  return (await codec.createDeserializer().read(operation.input, JSON.stringify(parsed))) as Record<
    string,
    unknown
  >;
}

/** Throws a Refusal for what is no JSON object. */
export function parseObject(body: string): Record<string, unknown> {
  if (body === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new Refusal(400, 'SerializationException', 'the body is no JSON object');
}

/** An answer's text; throws a plain error when the double itself is wrong about the shape. */
export function writeOutput(operation: Operation, output: unknown): string {
  if (operation.output.isUnitSchema()) return '{}';
  const serializer = codec.createSerializer();
  serializer.write(operation.output, output);
  const text = String(serializer.flush());
  const fault = faultOfShape(operation.output, JSON.parse(text));
  const unknown = faultOfNames(operation, output);
  if (fault ?? unknown)
    throw new Error(`the double's own answer to ${operation.name} is wrong: ${fault ?? unknown}`);
  return text;
}

/** The serializer drops members that the schema lacks; here that is a slip of the double's. */
function faultOfNames(operation: Operation, output: unknown): string | null {
  const names = new Set(Object.keys(operation.output.getMemberSchemas()));
  const stray = Object.keys(output as object).find((name) => !names.has(name));
  return stray === undefined ? null : `${stray} is not a member`;
}
