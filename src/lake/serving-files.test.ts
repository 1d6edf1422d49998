import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SmallLake } from '../../test/support/small-lake.ts';
import { pointTo, readPointer } from './serving-files.ts';

let lake: SmallLake;
beforeEach(() => {
  lake = new SmallLake();
});
afterEach(() => lake.close());

const serving = (file: string) => lake.home.at('serving', file);

function publish(feed: string, part: 'conditions' | 'forecasts', version: number) {
  const file = `${feed}-${part}-${version}.duckdb`;
  writeFileSync(serving(file), 'x');
  return pointTo(lake.home, feed, part, { file, version, recipe: `recipe ${version}` });
}

describe('the pointer', () => {
  it('names nothing in a fresh home', () => {
    expect(readPointer(lake.home)).toEqual({ counter: 0, feeds: {} });
  });

  it('exchanges one part of one feed and leaves the others', () => {
    publish('a', 'conditions', 1);
    publish('b', 'conditions', 2);
    publish('a', 'forecasts', 3);
    publish('a', 'conditions', 4);
    const { counter, feeds } = readPointer(lake.home);
    expect(counter).toBe(4);
    expect(feeds.a).toMatchObject({
      conditions: { version: 4, recipe: 'recipe 4' },
      forecasts: { version: 3 },
    });
    expect(feeds.b).toMatchObject({ conditions: { version: 2 }, forecasts: null });
  });

  it('cannot name forecasts of a feed without conditions', () => {
    expect(() => publish('a', 'forecasts', 1)).toThrow('forecasts of a came before its conditions');
  });

  it('is a whole file at any moment: a publication replaces it', () => {
    publish('a', 'conditions', 1);
    const before = readFileSync(serving('current.json'), 'utf8');
    publish('a', 'conditions', 2);
    expect(JSON.parse(before)).toMatchObject({ counter: 1 });
    expect(readFileSync(serving('current.json'), 'utf8')).toMatch(/\}\n$/);
  });
});

describe('replaced serving files', () => {
  const there = (version: number) => existsSync(serving(`a-conditions-${version}.duckdb`));

  it('stay for one more publication, for a reader that has just read the pointer', () => {
    publish('a', 'conditions', 1);
    publish('a', 'conditions', 2);
    expect([there(1), there(2)]).toEqual([true, true]);
    publish('a', 'conditions', 3);
    expect([there(1), there(2), there(3)]).toEqual([false, true, true]);
  });

  it('of a build that died before it was pointed to go at the next publication', () => {
    writeFileSync(serving('a-conditions-9.duckdb'), 'x');
    publish('a', 'conditions', 1);
    expect(there(9)).toBe(false);
  });
});
