import { DOUBLE, DuckDBInstance, VARCHAR } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCondition } from './compile.ts';
import type { Condition, Expression } from './condition.ts';
import { and, compare, day, isIn, isNull, not, or, over, text, textHas, times } from './condition.ts';
import { evaluateCondition, type RowValues } from './evaluate.ts';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run('CREATE TABLE staged (price DOUBLE, "volume kg" DOUBLE, unit VARCHAR, market_day DATE)');

/** Both answers for one row: DuckDB's and the plain loop's. */
async function both(condition: Condition, row: RowValues): Promise<[unknown, boolean]> {
  await connection.run('DELETE FROM staged');
  await connection.run(
    'INSERT INTO staged VALUES ($1, $2, $3, CAST($4 AS DATE))',
    [row.price ?? null, row['volume kg'] ?? null, row.unit ?? null, row.market_day ?? null],
    [DOUBLE, DOUBLE, VARCHAR, VARCHAR],
  );
  const reader = await connection.runAndReadAll(`SELECT ${compileCondition(condition)} FROM staged`);
  return [reader.getRows()[0]![0], evaluateCondition(condition, row)];
}

const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.1, 100, 1e-7, 1e300, -1e300),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const word = fc.oneof(
  fc.constantFrom('', 'kg', 'head', "it's", '"', '%', '_', '평균', '가나다', 'k'),
  fc.string({ unit: 'grapheme', maxLength: 6 }).filter((value) => !value.includes('\0')),
);
const date = fc
  .date({ min: new Date('1600-01-01'), max: new Date('2399-12-31'), noInvalidDate: true })
  .map((value) => value.toISOString().slice(0, 10));
const missing = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { freq: 4, nil: null });

const row: fc.Arbitrary<RowValues> = fc.record({
  price: missing(number),
  'volume kg': missing(number),
  unit: missing(word),
  market_day: missing(date),
});

const numeric: fc.Arbitrary<Expression> = fc.letrec<{ any: Expression; leaf: Expression }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<Expression>({ kind: 'col', name: 'price' }, { kind: 'col', name: 'volume kg' }),
    number.map((value): Expression => ({ kind: 'const', value })),
  ),
  any: fc.oneof(
    { maxDepth: 2 },
    tie('leaf'),
    fc.tuple(tie('any'), tie('any')).map(([left, right]) => times(left, right)),
    fc.tuple(tie('any'), tie('any')).map(([left, right]) => over(left, right)),
  ),
})).any;

const ordered = fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge' as const);
const equality = fc.constantFrom('eq', 'ne' as const);
const column = fc.constantFrom('price', 'volume kg', 'unit', 'market_day');

const condition: fc.Arbitrary<Condition> = fc.letrec<{ any: Condition }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.tuple(numeric, ordered, numeric).map(([left, op, right]) => compare(left, op, right)),
    fc.tuple(equality, word).map(([op, value]) => compare('unit', op, text(value))),
    fc.tuple(ordered, date).map(([op, value]) => compare('market_day', op, day(value))),
    column.map((name) => isNull(name)),
    numeric.map((value) => isNull(value)),
    fc.array(word, { maxLength: 3 }).map((values) => isIn('unit', values)),
    fc.array(number, { maxLength: 3 }).map((values) => isIn('price', values)),
    fc
      .tuple(fc.constantFrom('is-part-of', 'begins', 'ends' as const), word)
      .map(([form, part]) => textHas('unit', form, part)),
    fc.array(tie('any'), { maxLength: 3 }).map((all) => and(...all)),
    fc.array(tie('any'), { maxLength: 3 }).map((all) => or(...all)),
    tie('any').map((of) => not(of)),
  ),
})).any;

describe('a condition as SQL and as a plain loop', () => {
  it('gives the same answer on any row', async () => {
    await fc.assert(
      fc.asyncProperty(condition, row, async (cond, values) => {
        const [sql, loop] = await both(cond, values);
        expect(sql).toBe(loop);
      }),
      { numRuns: 600 },
    );
  });

  const nothing: RowValues = { price: null, 'volume kg': null, unit: null, market_day: null };

  it('makes every comparison with a missing value false, and its negation true', async () => {
    for (const op of ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const) {
      expect(await both(compare('price', op, 1), nothing)).toEqual([false, false]);
      expect(await both(not(compare('price', op, 'volume kg')), nothing)).toEqual([true, true]);
    }
    expect(await both(isIn('unit', ['kg']), nothing)).toEqual([false, false]);
    expect(await both(textHas('unit', 'begins', ''), nothing)).toEqual([false, false]);
  });

  it('has no number for a division by zero or an overflow', async () => {
    const values = { ...nothing, price: 1e300, 'volume kg': 0 };
    expect(await both(isNull(over('price', 'volume kg')), values)).toEqual([true, true]);
    expect(await both(compare(times('price', 1e300), 'gt', 0), values)).toEqual([false, false]);
  });
});
