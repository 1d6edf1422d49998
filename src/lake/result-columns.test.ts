import { expect, test } from 'vitest';
import { openDatabase, queryColumns } from './database.ts';

/** More than one chunk of a result, and no multiple of the 64 rows whose presence shares a word. */
const ROWS = 5001;

test('columns come out as they went in, missing values where they are missing', async () => {
  const instance = await openDatabase();
  const connection = await instance.connect();
  const { rowCount, columns } = await queryColumns(
    connection,
    `select cast(i as integer) as whole, i / 3.0 as exact, cast(i / 4.0 as float) as short, cast(i as bigint) as large,
            date '1969-12-01' + cast(i as integer) as day, i % 2 = 0 as even, 'row ' || i as text,
            case when i % 3 <> 0 then cast(i as integer) end as some_whole, case when i % 5 = 0 then i / 8.0 end as some_exact,
            case when i >= 4900 then cast(i as float) end as late_short, case when i < 70 then 'a text ' || i end as early_text,
            case when i % 7 = 0 then true end as some_even, cast(null as double) as none
     from range(${ROWS}) t(i) order by i`,
  );
  connection.closeSync();
  instance.closeSync();
  const rows = Array.from({ length: ROWS }, (_, i) => i);
  expect(rowCount).toBe(ROWS);
  expect(columns).toEqual({
    whole: rows,
    exact: rows.map((i) => i / 3),
    short: rows.map((i) => i / 4),
    large: rows,
    day: rows.map((i) => new Date((i - 31) * 86_400_000).toISOString().slice(0, 10)),
    even: rows.map((i) => i % 2 === 0),
    text: rows.map((i) => `row ${i}`),
    some_whole: rows.map((i) => (i % 3 === 0 ? null : i)),
    some_exact: rows.map((i) => (i % 5 === 0 ? i / 8 : null)),
    late_short: rows.map((i) => (i < 4900 ? null : i)),
    early_text: rows.map((i) => (i < 70 ? `a text ${i}` : null)),
    some_even: rows.map((i) => (i % 7 === 0 ? true : null)),
    none: rows.map(() => null),
  });
});

test('an empty result has its columns, and no number is lost at the ends of its range', async () => {
  const instance = await openDatabase();
  const connection = await instance.connect();
  const empty = await queryColumns(connection, "select 1 as a, 'x' as b where false");
  const ends = await queryColumns(
    connection,
    `select unnest([2147483647, -2147483648]::integer[]) as whole, unnest(['infinity'::double, '-0'::double]) as exact`,
  );
  connection.closeSync();
  instance.closeSync();
  expect(empty).toEqual({ rowCount: 0, columns: { a: [], b: [] } });
  expect(ends.columns).toEqual({ whole: [2147483647, -2147483648], exact: [Number.POSITIVE_INFINITY, -0] });
});
