import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

it('each of the seventeen checks has its tests, by the names that the table gives', () => {
  const rows = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8').matchAll(
    /^\| (\d+) +\|.*\|(.*)\|$/gm,
  );
  const missing: string[] = [];
  const checks: number[] = [];
  for (const [, check, tests] of rows) {
    checks.push(Number(check));
    for (const [, path, name] of tests!.matchAll(/`([^`]+)` "([^"]*)"/g)) {
      const found = existsSync(join(ROOT, path!)) && readFileSync(join(ROOT, path!), 'utf8').includes(name!);
      if (!found) missing.push(`${check}: ${path} ${name}`);
    }
  }
  expect(checks).toEqual(Array.from({ length: 17 }, (_, at) => at + 1));
  expect(missing).toEqual([]);
});
