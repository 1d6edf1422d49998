import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SihwangError } from '../../domain/index.ts';
import { formatDs } from './ds.ts';
import { type LongTable, readLongTable } from './read.ts';

const read = (text: string) => readLongTable([Buffer.from(text)]);

/** The table as `id ds y` lines, independent of the order in which series appear. */
function rowsOf(table: LongTable): string[] {
  const rows: string[] = [];
  table.ids.forEach((id, i) => {
    for (let row = table.offsets[i]!; row < table.offsets[i + 1]!; row++) {
      rows.push(`${id} ${formatDs(table.form, table.stamps[row]!)} ${table.values[row]}`);
    }
  });
  return rows;
}

async function refusal(bytes: string | Uint8Array): Promise<SihwangError> {
  try {
    await readLongTable([Buffer.from(bytes as string)]);
  } catch (error) {
    if (error instanceof SihwangError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('reading a long table', () => {
  it('parted by semicolons or tabs is read alike, with decimal points or decimal commas', async () => {
    const rows = ['a 1 1.25', 'a 2 1.234', 'a 3 -0.5'];
    const table = (parted: string, point: string) =>
      ['\ufeffunique_id,ds,y', 'a,1,1.25', 'a,2,1.234', 'a,3,-0.5', '']
        .map((line) => line.replaceAll(',', parted).replaceAll('.', point))
        .join('\r\n');
    for (const [parted, point] of [
      [',', '.'],
      [';', '.'],
      [';', ','],
      ['\t', ','],
    ] as const) {
      const found = await read(table(parted, point));
      expect(rowsOf(found), parted + point).toEqual(rows);
      expect(found.written).toEqual({ delimiter: parted, decimalComma: point === ',' });
    }
    const pieces = [...Buffer.from(table(';', ','))].map((byte) => Uint8Array.of(byte));
    expect(rowsOf(await readLongTable(pieces))).toEqual(rows);
  });

  it('reads decimal commas in further columns, and keeps what only looks like one as text', async () => {
    const { covariates, furtherColumns } = await read(
      'unique_id;ds;y;kg;note\na;1;5;0,5;1,2,3\na;2;6;1,5;2\n',
    );
    expect(covariates).toEqual([{ name: 'kg', values: Float64Array.of(0.5, 1.5) }]);
    expect(furtherColumns).toEqual(['note']);
  });

  it('takes columns by name in any order and case, and names those it does not use', async () => {
    const table = await read('DS,price,Unique_ID,grade,Y\r\n2024-01-01,5,a,good,1.5\r\n2024-01-02,,a,3,\r\n');
    expect(rowsOf(table)).toEqual(['a 2024-01-01 1.5', 'a 2024-01-02 NaN']);
    expect(table.covariates).toEqual([{ name: 'price', values: Float64Array.of(5, Number.NaN) }]);
    expect(table.furtherColumns).toEqual(['grade']);
  });

  it('orders covariates with their rows, takes those asked for, and leaves a column without a name alone', async () => {
    const rows = 'unique_id,ds,y,,temp,rain\na,2,20,0,-2,7\nb,1,5,1,3,8\na,1,10,2,-1,9\n';
    const named = (table: LongTable) => table.covariates.map(({ name, values }) => [name, ...values]);
    expect(named(await read(rows))).toEqual([
      ['temp', -1, -2, 3],
      ['rain', 9, 7, 8],
    ]);
    const asked = await readLongTable([Buffer.from(rows)], { covariates: ['rain'] });
    expect(named(asked)).toEqual([['rain', 9, 7, 8]]);
    expect(asked.furtherColumns).toEqual(['', 'temp']);
    expect((await readLongTable([Buffer.from(rows)], { covariates: 'none' })).covariates).toEqual([]);
    const ask = (covariates: string[]) =>
      readLongTable([Buffer.from('unique_id,ds,y,temp\na,1,1,2\na,2,1,warm')], { covariates });
    await expect(ask(['rain'])).rejects.toThrow('there is no column "rain" beside unique_id, ds and y');
    await expect(ask(['temp'])).rejects.toThrow('line 3, column temp: "warm" is not a number');
  });

  it('skips a byte order mark and blank lines, undoes quotes, needs no last line break', async () => {
    const table = await read(
      '\uFEFFunique_id,ds,y\n\n"배추, ""봄""\n포기",202401상순,3\n\n"b", 202401중순 , 4 ',
    );
    expect(table.ids).toEqual(['배추, "봄"\n포기', 'b']);
    expect([...table.lines]).toEqual([3, 6]);
    expect(rowsOf(table)[1]).toBe('b 202401중순 4');
  });

  it('sorts rows within a series and keeps series in the order of first appearance', async () => {
    const table = await read('unique_id,ds,y\nz,3,30\na,2,2\nz,-1,10\na,1,1\n');
    expect(rowsOf(table)).toEqual(['z -1 10', 'z 3 30', 'a 1 1', 'a 2 2']);
    expect([...table.lines]).toEqual([4, 2, 5, 3]);
  });

  it('keeps the form of ds', async () => {
    for (const ds of [
      '2024-02-29',
      '20240229',
      '2024-02',
      '2024-02-29 23:00:00',
      '2024-02-29T23:00',
      '2024-02-29T23:00:00.500000+09:00',
      '1969-12-31T23:59:59Z',
      '202402하순',
      '2024년 2월 하순',
      '-7',
      '20241345',
    ]) {
      const table = await read(`unique_id,ds,y\na,${ds},1\n`);
      expect(formatDs(table.form, table.stamps[0]!)).toBe(ds);
    }
  });

  it('puts moments of different zones on one axis', async () => {
    const table = await read(
      'unique_id,ds,y\na,2024-03-31T01:00+01:00,1\na,2024-03-31T03:00+02:00,2\na,2024-03-31T02:00Z,3\n',
    );
    expect(rowsOf(table)).toEqual([
      'a 2024-03-31T01:00+01:00 1',
      'a 2024-03-31T02:00+01:00 2',
      'a 2024-03-31T03:00+01:00 3',
    ]);
  });

  it.each([
    ['', 'FILE_EMPTY', 'empty'],
    [' \n\n', 'WRONG_COLUMNS', 'unique_id, ds and y are needed'],
    ['\n\n', 'FILE_EMPTY', 'empty'],
    ['unique_id,ds,y\n', 'NO_ROWS', 'no rows'],
    ['id,date,y\na,1,2\n', 'WRONG_COLUMNS', 'unique_id, ds are missing'],
    ['unique_id|ds|y\na|1|2\n', 'WRONG_COLUMNS', 'missing'],
    ['unique_id,ds,y,Y\na,1,2,3\n', 'WRONG_COLUMNS', 'column y twice'],
    ['unique_id,ds,y\na,1,2\na,2\n', 'ROW_TRUNCATED', 'line 3 has 2 of 3 columns'],
    ['unique_id,ds,y\na,1,1,234\n', 'ROW_TRUNCATED', 'line 2 has 4 of 3 columns'],
    ['unique_id;ds;y\na;1;1,234\na;2;12,500\n', 'DECIMAL_UNCLEAR', 'line 2, "1,234"'],
    ['unique_id;ds;y\na;1;1,5\na;2;1.5\n', 'DECIMAL_UNCLEAR', 'other numbers have a point'],
    ['unique_id;ds;y\na;1;1.234,5\n', 'BAD_NUMBER', '"1.234,5" is not a number'],
    ['unique_id,ds,y\na,1,2\na,2,3kg\n', 'BAD_NUMBER', 'line 3, column y: "3kg"'],
    ['unique_id,ds,y\na,2024-02-30,2\n', 'BAD_DATE', 'line 2, column ds: "2024-02-30"'],
    ['unique_id,ds,y\na,2024-02-01,2\na,3,2\n', 'BAD_DATE', 'line 3, column ds: "3"'],
    ['unique_id,ds,y\na,2024-01-01T24:00,2\n', 'BAD_DATE', 'line 2'],
    ['unique_id,ds,y\na,2024-01-01T09:00Z,2\na,2024-01-01T10:00,2\n', 'BAD_DATE', 'line 3'],
    ['unique_id,ds,y\n ,1,2\n', 'BLANK_ID', 'line 2'],
    ['unique_id,ds,y\na,1,2\nb,1,2\nb,1,3\na,1,2\n', 'DUPLICATE_ROW', 'line 4 repeats'],
    ['unique_id,ds,y\n"a,1,2\n', 'BAD_CSV', 'line 2'],
    ['unique_id,ds,y\n"a"b,1,2\n', 'BAD_CSV', 'line 2'],
    ['unique_id,ds,y\na\0,1,2\n', 'FILE_NOT_TEXT', 'binary'],
    [Uint8Array.of(0x1f, 0x8b, 8, 9, 3, 0x80, 0xff), 'FILE_NOT_TEXT', 'not text'],
    [
      Buffer.concat([Buffer.from('unique_id,ds,y\n'), Uint8Array.of(0xb9, 0xe8, 44, 49, 44, 49)]),
      'FILE_NOT_TEXT',
      'line 2',
    ],
  ])('refuses %j as %s', async (bytes, code, says) => {
    const error = await refusal(bytes);
    expect(error).toMatchObject({ code, exit: 65 });
    expect(error.message).toContain(says);
    expect(error.hint).not.toBe('');
  });

  it('gives up on a quote that is never closed instead of holding the whole file', async () => {
    const filler = Buffer.alloc(1 << 19, 'a,1,2\n');
    let handedOver = 0;
    const chunks = function* () {
      yield Buffer.from('unique_id,ds,y\n"');
      for (; handedOver < 100; handedOver++) yield filler;
    };
    await expect(readLongTable(chunks())).rejects.toMatchObject({ code: 'BAD_CSV', exit: 65 });
    expect(handedOver).toBeLessThan(5);
  });

  it('reads the same whatever the chunks', async () => {
    const text =
      'ds,"unique_id",y,x\r\n2024-01-02,"배,추""",1.25,\n\n2024-01-01,"배,추""",,7\r\n2024-01-01,무,-3e2,"\n"';
    const bytes = Buffer.from(`\uFEFF${text}`);
    const whole = await readLongTable([bytes]);
    expect(rowsOf(whole)).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: bytes.length })), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((to, i) => bytes.subarray(places[i], to));
        expect(await readLongTable(chunks)).toEqual(whole);
      }),
    );
  });

  it('does not depend on the order of rows', async () => {
    const row = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      ds: fc.integer({ min: -9, max: 40 }),
      y: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc
          .uniqueArray(row, { selector: ({ id, ds }) => `${id} ${ds}`, minLength: 1 })
          .chain((rows) =>
            fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
          ),
        async ([rows, shuffled]) => {
          const tables = await Promise.all(
            [rows, shuffled].map((some) =>
              read(`unique_id,ds,y\n${some.map(({ id, ds, y }) => `${id},${ds},${y}`).join('\n')}`),
            ),
          );
          expect(rowsOf(tables[1]!).sort()).toEqual(rowsOf(tables[0]!).sort());
          const expected = rows.toSorted((p, q) => p.id.localeCompare(q.id) || p.ds - q.ds);
          expect(rowsOf(tables[0]!).toSorted(byId)).toEqual(
            expected.map(({ id, ds, y }) => `${id} ${ds} ${y}`),
          );
        },
      ),
    );
  });

  it('turns any bytes into rows or a SihwangError, never anything else', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .constantFrom(
          'unique_id,ds,y\n',
          'a',
          ',',
          '"',
          '""',
          '\n',
          '\r\n',
          '\r',
          '2024-01-31',
          '1',
          '-1e5',
          ' ',
          '\uFEFF',
          '202401상순',
          '9'.repeat(15),
          'T00:00',
          'Z',
        )
        .map((text) => new Uint8Array(Buffer.from(text))),
    );
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(piece, { maxLength: 30 }), async (withHeader, pieces) => {
        const header = withHeader ? [Buffer.from('unique_id,ds,y\n')] : [];
        try {
          const table = await readLongTable([...header, ...pieces]);
          expect(table.values.length).toBeGreaterThan(0);
          expect(table.offsets.at(-1)).toBe(table.values.length);
        } catch (error) {
          expect(error).toBeInstanceOf(SihwangError);
          expect((error as SihwangError).exit).toBe(65);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function byId(p: string, q: string): number {
  return p.split(' ')[0]!.localeCompare(q.split(' ')[0]!);
}
