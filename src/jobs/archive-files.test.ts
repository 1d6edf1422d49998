import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { unpackNamed } from './archive-files.ts';

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-archive-'));
  out = join(folder, 'out');
  mkdirSync(out);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Packs files by name as SageMaker does; a name may stand in a folder. */
function packed(files: Readonly<Record<string, string>>, ...more: readonly string[]): string {
  const root = join(folder, 'root');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const path = join(folder, 'model.tar.gz');
  execFileSync('tar', ['-czf', path, '-C', root, '.', ...more]);
  return path;
}

it('finds the files asked for at the top, whole, and makes nothing else', async () => {
  const weights = 'w'.repeat(200_000);
  const archive = packed({
    'weights.bin': weights,
    'metrics.json': '{"mae":1}',
    'outcomes.csv': `${'배추,'.repeat(50_000)}\n`,
    'deep/metrics.json': '{"mae":2}',
    [`${'long'.repeat(40)}`]: 'x',
    empty: '',
  });
  await unpackNamed(archive, out, { 'metrics.json': 100, 'outcomes.csv': 2 ** 20, empty: 0, absent: 1 });
  expect(readdirSync(out).sort()).toEqual(['empty', 'metrics.json', 'outcomes.csv']);
  expect(readFileSync(join(out, 'metrics.json'), 'utf8')).toBe('{"mae":1}');
  expect(readFileSync(join(out, 'outcomes.csv'), 'utf8')).toBe(`${'배추,'.repeat(50_000)}\n`);
});

it('never follows a link, and takes no file that is larger than it may be', async () => {
  const root = join(folder, 'root');
  mkdirSync(root);
  execFileSync('ln', ['-s', '/etc/hostname', join(root, 'metrics.json')]);
  await unpackNamed(packed({}), out, { 'metrics.json': 1000 });
  expect(readdirSync(out)).toEqual([]);
  await expect(
    unpackNamed(packed({ 'outcomes.csv': 'too long' }), out, { 'outcomes.csv': 7 }),
  ).rejects.toMatchObject({
    code: 'ARCHIVE_UNREADABLE',
    message: expect.stringContaining('outcomes.csv has more than 7 bytes'),
  });
});

it('an archive that is cut off, changed or none is refused', async () => {
  const archive = packed({ 'metrics.json': '{"mae":1}' });
  const tar = gunzipSync(readFileSync(archive));
  const changed = Buffer.from(tar);
  changed[3] = changed[3]! ^ 1;
  const broken = [
    readFileSync(archive).subarray(0, 40),
    gzipSync(tar.subarray(0, 700)),
    gzipSync(changed),
    Buffer.from('no archive'),
  ];
  for (const bytes of broken) {
    writeFileSync(archive, bytes);
    await expect(unpackNamed(archive, out, { 'metrics.json': 100 })).rejects.toMatchObject({
      code: 'ARCHIVE_UNREADABLE',
    });
  }
});
