import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFormat1, makeFormat2 } from '../../test/support/old-home.ts';
import { quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { homeFormat, openHome } from './home.ts';
import { readRaw } from './raw-files.ts';
import { replayCheck } from './replay.ts';
import { withWriterLock } from './writer-lock.ts';

let lake: SmallLake;
beforeEach(async () => {
  lake = new SmallLake();
  await lake.take(quotes, [quoteLine(), quoteLine(), 'one,two']);
  await lake.take(quotes, [quoteLine(), quoteLine({ price: 120 })]);
});
afterEach(() => lake.close());

const write = () => withWriterLock(lake.home, { command: 'test' }, async () => {});
const state = async () => ({
  commits: lake.commits(quotes),
  clean: await lake.clean(quotes),
  aside: await lake.aside(quotes, 'commit_number, raw_id, raw_row, place, outcome, reason, text'),
  raw: readdirSync(lake.home.at('raw', 'quotes')),
});

describe('a home of format 1', () => {
  it('becomes one of the present format with the same rows when it is next written to', async () => {
    const before = await state();
    await makeFormat1(lake.home.path);
    expect(readdirSync(lake.home.at('raw', 'quotes'))).not.toEqual(before.raw);
    await write();
    expect(homeFormat(lake.home)).toBe(3);
    expect(openHome(lake.home.path).id).toBe(lake.home.id);
    expect(await state()).toEqual(before);
    expect(String(await readRaw(lake.home, 'quotes', before.commits[1]!.raws[0]!.rawId))).toContain(',120,');
  });

  it('goes on where an interrupted migration left it', async () => {
    const before = await state();
    const whole = join(lake.folder, 'whole');
    cpSync(lake.home.path, whole, { recursive: true });
    await makeFormat1(lake.home.path);
    // as after the first raw file and the first file of rows set aside, with a compressed copy beside its original
    const done = before.raw.find((name) => name.endsWith('.br'))!;
    cpSync(join(whole, 'raw', 'quotes', done), lake.home.at('raw', 'quotes', done));
    cpSync(
      join(whole, 'aside', 'quotes', '000001.parquet'),
      lake.home.at('aside', 'quotes', '000001.parquet'),
    );
    await write();
    expect(await state()).toEqual(before);
  });

  it('still says what it holds before it is written to', async () => {
    const before = lake.commits(quotes);
    await makeFormat1(lake.home.path);
    expect(lake.commits(quotes)).toEqual(before);
  });
});

it('a home of format 2 keeps its raw bytes as they are, and they are read, taken in again and replayed', async () => {
  const before = await state();
  makeFormat2(lake.home.path);
  await write();
  const kept = readdirSync(lake.home.at('raw', 'quotes'));
  expect(kept).not.toEqual(before.raw);
  expect((await lake.take(quotes, [quoteLine(), quoteLine({ price: 120 })])).status).toBe('already');
  expect(await state()).toEqual({ ...before, raw: kept });
  expect(homeFormat(lake.home)).toBe(3);
  const replayed = await replayCheck(lake.home, 'quotes', () => quotes);
  expect(replayed.map(({ result }) => result)).toEqual(['same-bytes', 'same-bytes']);
});

it('a newer home is refused', () => {
  const descriptor = join(lake.home.path, 'home.json');
  const home = JSON.parse(readFileSync(descriptor, 'utf8'));
  writeFileSync(descriptor, JSON.stringify({ ...home, format: home.format + 1 }));
  expect(() => openHome(lake.home.path)).toThrow(expect.objectContaining({ code: 'HOME_NEWER', exit: 78 }));
});
