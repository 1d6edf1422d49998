import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { fileText, quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { propertyRuns } from '../../test/support/whole-suites.ts';
import { prepareFeedFolders } from './home.ts';
import { judgeTexts } from './judge-texts.ts';
import type { RawRecord } from './raw-files.ts';
import { joinParts, TextParts } from './text-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'sihwang-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let folders = 0;
async function cut(blocks: readonly Buffer[], partBytes: number) {
  const own = join(folder, String(folders++));
  mkdirSync(own);
  const parts = new TextParts(own, partBytes);
  for (const block of blocks) await parts.write(block);
  return parts.finish();
}

const letters = fc.constantFrom('a', '"', '한', ',', '\n');
const text = fc.array(letters, { maxLength: 60 }).map((list) => Buffer.from(list.join('')));

it('parts hold every byte, end with a line, and are the same however the bytes come', async () => {
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 9 }),
      async (bytes, size, step) => {
        const blocks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, at) =>
          bytes.subarray(at * step, (at + 1) * step),
        );
        const { paths, apart } = await cut([bytes], size);
        const parts = paths.map((path) => readFileSync(path));
        expect((await cut(blocks, size)).paths.map((path) => readFileSync(path))).toEqual(parts);
        expect(Buffer.concat(parts)).toEqual(bytes);
        expect(apart).toBe(!bytes.includes(34));
        for (const part of parts.slice(0, -1)) {
          expect(part.at(-1)).toBe(10);
          expect(part.length).toBeGreaterThanOrEqual(size);
        }
        expect(readFileSync(await joinParts(paths))).toEqual(bytes);
      },
    ),
    { numRuns: propertyRuns(30, 60) },
  );
});

it('a text read in parts gives the rows, the places and the broken lines of the text read whole', async () => {
  const lines = Array.from({ length: 400 }, (_, at) => {
    if (at % 37 === 5) return `broken line ${at}`;
    if (at % 41 === 7) return quoteLine({ price: -1, market: `M${at}` });
    return quoteLine({ market: `M${at % 199}`, price: 100 + at });
  });
  const bytes = Buffer.from(fileText(quotes, lines));
  const raw: RawRecord = {
    rawId: 'f'.repeat(64),
    feed: 'quotes',
    name: 'quotes.csv',
    bytes: bytes.length,
    encoding: 'utf-8',
    carriageReturns: false,
    receivedAt: '2026-01-01T00:00:00.000Z',
  };
  const judged = async (partBytes: number) => {
    const lake = new SmallLake();
    prepareFeedFolders(lake.home, 'quotes');
    const { paths } = await cut([bytes], partBytes);
    const commit = await judgeTexts(
      lake.home,
      quotes,
      { paths, raws: [raw], delimiter: ',', quote: '"' },
      { commits: [], number: 1 },
    );
    lake.commits = () => [commit];
    const found = {
      parts: paths.length,
      commit,
      clean: await lake.clean(quotes),
      aside: await lake.aside(quotes),
      bytes: readFileSync(lake.home.at('clean', 'quotes', commit.clean)),
    };
    lake.close();
    return found;
  };
  const whole = await judged(bytes.length + 1);
  const apart = await judged(1500);
  expect(whole.parts).toBe(1);
  expect(apart.parts).toBeGreaterThan(8);
  expect(apart.commit).toEqual(whole.commit);
  expect(apart.clean).toEqual(whole.clean);
  expect(apart.aside).toEqual(whole.aside);
  expect(whole.aside.filter((row) => row.reason === 'malformed-row')).toHaveLength(11);
  expect((await judged(1500)).bytes).toEqual(apart.bytes);
});
