import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openHome } from './home.ts';
import { withWriterLock } from './writer-lock.ts';

const write = (path: string) => withWriterLock(openHome(path), { command: 'test' }, async () => {});

it('tells a home that cannot be written to from one that another is writing to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-lock-'));
  try {
    await withWriterLock(openHome(folder), { command: 'first' }, async () => {
      await expect(write(folder)).rejects.toMatchObject({ code: 'HOME_BUSY' });
    });
    rmSync(join(folder, 'writer.lock'));
    mkdirSync(join(folder, 'writer.lock'));
    const error = await write(folder).catch((cause) => cause);
    expect(error).toBeInstanceOf(Error);
    expect(error.code).not.toBe('HOME_BUSY');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
