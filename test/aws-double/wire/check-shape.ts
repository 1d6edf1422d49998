import type { NormalizedSchema } from '@smithy/core/schema';
import { requiredOf } from './operations.ts';

/**
 * What is wrong with a JSON value of a shape: unknown member, missing member, wrong type; null when nothing is.
 * The SDK's codec drops unknown members and lets wrong types pass, in both directions, so it can't be asked.
 */
export function faultOfShape(shape: NormalizedSchema, value: unknown, path = ''): string | null {
  const wrong = (expected: string) => `${path || 'the body'} is ${kindOf(value)}, not ${expected}`;
  if (value === null) return null;
  if (shape.isDocumentSchema()) return null;
  if (shape.isStructSchema()) {
    if (!isRecord(value)) return wrong('an object');
    return faultOfMembers(shape, value, path);
  }
  if (shape.isListSchema()) {
    if (!Array.isArray(value)) return wrong('a list');
    return first(value.map((one, at) => faultOfShape(shape.getValueSchema(), one, `${path}[${at}]`)));
  }
  if (shape.isMapSchema()) {
    if (!isRecord(value)) return wrong('a map');
    return first(
      Object.entries(value).map(([key, one]) => faultOfShape(shape.getValueSchema(), one, `${path}.${key}`)),
    );
  }
  if (shape.isBooleanSchema()) return typeof value === 'boolean' ? null : wrong('a boolean');
  if (shape.isNumericSchema() || shape.isTimestampSchema())
    return typeof value === 'number' ? null : wrong('a number');
  if (shape.isStringSchema() || shape.isBlobSchema())
    return typeof value === 'string' ? null : wrong('a string');
  return null;
}

function faultOfMembers(
  shape: NormalizedSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
): string | null {
  const members = new Map<string, NormalizedSchema>();
  for (const [name, member] of shape.structIterator())
    members.set(String(member.getMergedTraits().jsonName ?? name), member);
  const within = (name: string) => (path ? `${path}.${name}` : name);
  const required = requiredOf(shape);
  const missing = required.find((name) => {
    const member = shape.getMemberSchemas()[name]!;
    return value[String(member.getMergedTraits().jsonName ?? name)] === undefined;
  });
  if (missing !== undefined) return `${within(missing)} is missing`;
  return first(
    Object.entries(value).map(([name, one]) => {
      const member = members.get(name);
      if (!member) return `${within(name)} is not a member of ${shape.getName()}`;
      return faultOfShape(member, one, within(name));
    }),
  );
}

function first(faults: readonly (string | null)[]): string | null {
  return faults.find((fault) => fault !== null) ?? null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}
