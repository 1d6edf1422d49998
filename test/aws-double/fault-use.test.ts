import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const TESTS = join(import.meta.dirname, '..');

/** The kinds of faults as `faults.ts` states them: the first member of each variant. */
function kinds(): readonly string[] {
  const source = readFileSync(join(import.meta.dirname, 'faults.ts'), 'utf8');
  const unions = source.slice(source.indexOf('export type WireFault'), source.indexOf('interface Planned'));
  return [...unions.matchAll(/\|\s*\{\s*readonly (\w+)/g)].map(([, kind]) => kind!);
}

it('every fault that the double knows is used by a test', () => {
  const tests = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('fault-use.test.ts'))
    .map((name) => readFileSync(join(TESTS, name), 'utf8'))
    .join('\n');
  const planned = [...tests.matchAll(/faults\.on(?:Call|Job)\([^;]*/g)].map(([text]) => text).join('\n');
  expect(kinds().length).toBeGreaterThan(18);
  expect(kinds().filter((kind) => !planned.includes(`${kind}:`))).toEqual([]);
});
