import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type Zippable, zipSync } from 'fflate';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { japanTable } from '../../test/support/japan-table.ts';
import { asRows, fingerprints } from '../../test/support/small-lake.ts';
import { SihwangError } from '../domain/index.ts';
import { openDatabase, queryColumns } from '../lake/database.ts';
import { openHome, readCommits, readPointer } from '../lake/index.ts';
import { feedById } from '../sources/index.ts';
import { ingestFiles } from './ingest-files.ts';
import { findTables } from './input-tables.ts';
import { undoIngest } from './undo-commit.ts';

const feed = feedById('japan-maff')!;
const table = Buffer.from(japanTable(5).text);
const later = Buffer.from(japanTable(9).text);
const options = { waitMs: 0, command: 'test' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-inputs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const home = () => openHome(join(folder, 'home'));
const ingest = (...paths: string[]) => ingestFiles(home(), feed, paths, options);
const zip = (files: Zippable) => zipSync(files, { level: 6 });

/** What is in a home whose ingest was refused. */
async function refusal(path: string): Promise<string> {
  const error = await ingest(path).catch((cause) => cause);
  expect(readdirSync(home().at('raw'))).toEqual([]);
  return error.code;
}

describe('a table', () => {
  it.each<[string, Uint8Array]>([
    ['gzip', gzipSync(table)],
    ['zip', zip({ 'in/table.csv': table })],
    ['gzip in a zip', zip({ 'table.csv.gz': gzipSync(table) })],
  ])('in a %s is the table that it is without', async (_, bytes) => {
    const packed = await ingest(write('packed', bytes));
    const plain = await ingest(write('table.csv', table));
    expect(packed.taken[0]!.commit.outcomes.accepted).toBeGreaterThan(0);
    expect(plain.taken[0]!.status).toBe('already');
  });

  it('comes by standard input', async () => {
    const input = Readable.from([gzipSync(table)]) as unknown as NodeJS.ReadStream;
    const { tables, discard } = await findTables(feed, ['-'], input);
    expect(tables.map(({ name }) => name)).toEqual(['standard input']);
    discard();
  });

  it('in Parquet has the rows of its text', async () => {
    const csv = write('table.csv', table);
    const parquet = join(folder, 'table.parquet');
    const instance = await openDatabase();
    const connection = await instance.connect();
    await connection.run(
      `copy (from read_csv('${csv}', all_varchar = true)) to '${parquet}' (format parquet)`,
    );
    const { taken } = await ingest(parquet);
    const again = await ingest(csv);
    expect(again.taken[0]!.commit.outcomes).toMatchObject({
      accepted: 0,
      duplicate: taken[0]!.commit.outcomes.accepted + taken[0]!.commit.outcomes.flagged,
    });
    expect(asRows(await queryColumns(connection, 'select 1 as one'))).toEqual([{ one: 1 }]);
    instance.closeSync();
  });
});

it('a folder gives its tables in the order of their names, and names what is none', async () => {
  mkdirSync(join(folder, 'all', 'deeper'), { recursive: true });
  write('all/b.csv', later);
  write('all/a.csv', table);
  write('all/readme.txt', Buffer.from('read me'));
  write('all/picture', Buffer.from([1, 0, 2]));
  write('all/deeper/c.csv', table);
  write('elsewhere.csv', Buffer.from(japanTable(7).text));
  symlinkSync(join(folder, 'elsewhere.csv'), join(folder, 'all', 'd.csv'));
  symlinkSync(join(folder, 'all'), join(folder, 'all', 'round'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'nowhere'));
  const { taken, skipped } = await ingest(join(folder, 'all'));
  expect(taken.map(({ commit }) => commit.raws[0]!.name)).toEqual(['a.csv', 'b.csv', 'd.csv']);
  expect(skipped).toEqual(['deeper/', 'round/', 'picture', 'readme.txt']);
  await expect(findTables(feed, [join(folder, 'nowhere')])).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
  });
});

it('a pipe gives its table', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const writing = writeFile(pipe, table);
  const { tables, discard } = await findTables(feed, [pipe]);
  await writing;
  expect(tables.map(({ name }) => name)).toEqual(['pipe']);
  discard();
});

it('a zip of Korean Windows names its files in CP949', async () => {
  const name = iconv.encode('양파.csv', 'cp949');
  const bytes = Buffer.from(zip({ abcdxcsv: table }));
  for (let at = bytes.indexOf('abcdxcsv'); at >= 0; at = bytes.indexOf('abcdxcsv')) name.copy(bytes, at);
  const { tables, discard } = await findTables(feed, [write('names.zip', bytes)]);
  expect(tables.map((one) => one.name)).toEqual(['names.zip/양파.csv']);
  discard();
});

describe('what cannot be unpacked is refused before anything is kept', () => {
  const packed = zip({ 'table.csv': table });
  const flipped = Buffer.from(packed);
  flipped[60] = flipped[60]! ^ 0xff;

  it.each<[string, Uint8Array, string]>([
    ['a cut-off gzip', gzipSync(table).subarray(0, 200), 'ARCHIVE_DAMAGED'],
    [
      'a broken gzip',
      Buffer.concat([gzipSync(table).subarray(0, 60), Buffer.alloc(99, 7)]),
      'ARCHIVE_DAMAGED',
    ],
    ['a cut-off zip', packed.subarray(0, packed.length - 30), 'ARCHIVE_DAMAGED'],
    ['a zip with a wrong byte', flipped, 'ARCHIVE_DAMAGED'],
    ['a zip without tables', zip({ 'readme.txt': Buffer.from('no') }), 'NO_TABLES'],
    ['a zip of nothing', zip({}), 'NO_TABLES'],
    ['a broken Parquet', Buffer.from('PAR1 and no more'), 'FILE_UNREADABLE'],
  ])('%s', async (_, bytes, code) => {
    expect(await refusal(write('input', bytes))).toBe(code);
  });

  it('or read, whatever the bytes', async () => {
    const whole = [gzipSync(table), packed, table, Buffer.from('PAR1')].map((bytes) => Buffer.from(bytes));
    const spoiled = fc
      .tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat())
      .map(([bytes, flips, cut]) => {
        const copy = Buffer.from(bytes);
        for (const [at, value] of flips) copy[at % copy.length] = value;
        return copy.subarray(0, cut % 3 === 0 ? cut % copy.length : copy.length);
      });
    const headed = fc
      .tuple(
        fc.constantFrom('\x1f\x8b\x08', 'PK\x03\x04', 'PK\x05\x06', 'PAR1', ''),
        fc.uint8Array({ maxLength: 200 }),
      )
      .map(([head, rest]) => Buffer.concat([Buffer.from(head, 'latin1'), rest]));
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoiled, headed), async (bytes) => {
        try {
          const { tables, discard } = await findTables(feed, [write('any', bytes)]);
          discard();
          expect(tables.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(SihwangError);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('a zip that claims or holds more than a table can be', async () => {
    const claims = Buffer.from(packed);
    const directory = claims.lastIndexOf('PK\x01\x02', undefined, 'latin1');
    claims.writeUInt32LE(0x7fff_ffff, directory + 24);
    expect(await refusal(write('claims', claims))).toBe('ARCHIVE_TOO_LARGE');
    const lies = Buffer.from(packed);
    lies.writeUInt32LE(10, directory + 24);
    expect(await refusal(write('lies', lies))).toBe('ARCHIVE_TOO_LARGE');
  });
});

it('a dry run says what would become of every row and changes nothing', async () => {
  const first = write('a.csv', table);
  await ingest(first);
  const before = fingerprints(home().path);
  const paths = [first, write('b.csv', later)];
  const dry = await ingestFiles(home(), feed, paths, { ...options, dryRun: true });
  expect(fingerprints(home().path)).toEqual(before);
  const real = await ingest(...paths);
  const what = ({ taken }: typeof dry) =>
    taken.map(({ status, commit }) => [status, commit.outcomes, commit.reasons]);
  expect(what(dry)).toEqual(what(real));
});

it('an undo of all that was published takes the feed out of what is served', async () => {
  await ingest(write('a.csv', table));
  expect(Object.keys(readPointer(home()).feeds)).toEqual(['japan-maff']);
  const { published } = await undoIngest(home(), feed, 1, options);
  expect([published, readPointer(home()).feeds, readCommits(home(), 'japan-maff')]).toEqual([true, {}, []]);
  expect((await ingest(join(folder, 'a.csv'))).published).toBe(true);
});
