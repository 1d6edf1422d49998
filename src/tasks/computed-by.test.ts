import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { computedBy } from './computed-by.ts';

it('a result says what it was computed by: code, Node, processor and the lock file beside the code', () => {
  const lock = readFileSync(join(import.meta.dirname, '../../package-lock.json'));
  expect(computedBy()).toEqual({
    codeVersion: expect.stringMatching(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/),
    nodeMajor: Number(process.versions.node.split('.')[0]),
    cpuClass: process.arch,
    lockSha256: createHash('sha256').update(lock).digest('hex'),
  });
});
