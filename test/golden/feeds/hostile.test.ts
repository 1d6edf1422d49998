import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SihwangError } from '../../../src/domain/index.ts';
import { feeds } from '../../../src/sources/index.ts';
import { inFreshHome, ingest } from './ingest.ts';
import { stage } from './stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'sihwang-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cellText = fc.oneof(
  fc.constantFrom('', '[]', '-', 'nan', 'inf', '1e999', '-0', '0', '9'.repeat(60), '"', '""', '2024-02-30', '31/02/2024'),
  fc.constantFrom('999/99/99', '2024-01-05', '10,5', '대파(99999999999kg)', '\uFEFF', '평균', '30000', "'; DROP TABLE staged; --"),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const line = (width: number): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.array(cellText, { minLength: width, maxLength: width }).map((cells) => Buffer.from(cells.join(','))) },
    { weight: 1, arbitrary: fc.array(cellText, { maxLength: width + 2 }).map((cells) => Buffer.from(cells.join(','))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
  );
const body = (width: number): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.array(line(width), { maxLength: 12 }), fc.constantFrom('\n', '\r\n'))
    .map(([lines, end]) => Buffer.concat(lines.flatMap((bytes) => [bytes, Buffer.from(end)])));

/**
 * DuckDB's strict reader stops at a second kind of line end, the lake refuses files with zero bytes whole, and broken
 * letters are the lake's to deal with (the second test): here the reader is asked about text.
 */
const plainText = (bytes: Buffer): Buffer =>
  Buffer.from(Buffer.from(bytes.filter((byte) => byte !== 13 && byte !== 0)).toString('utf8'));

/**
 * Each published form of each feed that is itself a table, with any bytes below its header. Answers that are decoded
 * first become tables of our own writing; any text into their readers is asked beside each connector.
 */
const FORMS = feeds.flatMap((feed) =>
  feed.shapes
    .filter((shape) => shape.decode === undefined)
    .map((shape) => ({ name: `${feed.profile.id}/${shape.id}`, feed, shape })),
);

describe.each(FORMS)('any bytes below the header of $name', ({ name, feed, shape }) => {
  const path = join(folder, `${name.replace('/', '-')}.csv`);
  const header = Buffer.from(`${shape.header.join(shape.delimiter)}\n`);
  const write = (bytes: Buffer): void => writeFileSync(path, Buffer.concat([header, bytes]));

  it('become rows or rejects', async () => {
    await fc.assert(
      fc.asyncProperty(body(shape.header.length), async (bytes) => {
        write(plainText(bytes));
        const staged = await stage(feed, path);
        const [row] = await staged.rows(
          `SELECT count(*) FILTER (outcome NOT IN ('accepted', 'flagged', 'aggregate', 'rejected'))::INTEGER AS strange FROM staged`,
        );
        staged.close();
        expect(row!.strange).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('are taken into a lake with outcomes that add up, or refused whole with a typed error', async () => {
    await fc.assert(
      fc.asyncProperty(body(shape.header.length), async (bytes) => {
        write(bytes);
        await inFreshHome(async (home) => {
          try {
            const { rows, outcomes } = await ingest(home, feed.profile.id, path);
            expect(Object.values(outcomes).reduce((sum, each) => sum + each, 0)).toBe(rows);
          } catch (error) {
            expect(error).toBeInstanceOf(SihwangError);
          }
        });
      }),
      { numRuns: 6 },
    );
  });
});
