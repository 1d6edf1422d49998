import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fullDisk } from './full-disk.ts';

const FULL = '/dev/full';

it.skipIf(!existsSync(FULL))('a full disk is told as one and can be tried again', () => {
  const descriptor = openSync(FULL, 'w');
  let refused: unknown;
  try {
    writeSync(descriptor, 'unique_id,ds,model,mean\n');
  } catch (error) {
    refused = error;
  }
  closeSync(descriptor);
  expect(fullDisk(refused)).toMatchObject({ code: 'DISK_FULL', exit: 75, cause: refused });
});

it('any other error stays what it is', () => {
  expect(fullDisk(new Error('no space'))).toBeUndefined();
  expect(fullDisk(Object.assign(new Error(), { code: 'EACCES' }))).toBeUndefined();
});
