import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SihwangError } from '../../domain/index.ts';
import { frequencyOf, parseFrequency } from './frequency.ts';
import { dsAhead, requireDsAhead } from './future.ts';
import { onEqualSteps } from './grid.ts';
import { readLongTable } from './read.ts';
import { describeFrequency, type Frequency } from './steps.ts';

const read = (rows: readonly string[]) => readLongTable([Buffer.from(`unique_id,ds,y\n${rows.join('\n')}`)]);

const utc = (ms: number) => new Date(ms).toISOString();
const day = (ms: number) => utc(ms).slice(0, 10);
const DAY = 86_400_000;
const monthEnd = (month: number) => day(Date.UTC(1990, month + 1, 0));
const inMonth = (month: number, wanted: number) =>
  day(Date.UTC(1990, month, Math.min(wanted, new Date(Date.UTC(1990, month + 1, 0)).getUTCDate())));
const dekadName = (k: number) =>
  `${utc(Date.UTC(1990, Math.floor(k / 3), 1))
    .slice(0, 7)
    .replace('-', '')}${'상중하'[k % 3]}순`;

/** A frequency as a test sees it: the k-th ds on an axis written with JavaScript's own dates. */
const AXES: Record<string, { code: string; ds: (k: number, from: number) => string }> = {
  hours: {
    code: 'H',
    ds: (k, from) =>
      utc((from + k) * 3_600_000)
        .replace('T', ' ')
        .slice(0, 19),
  },
  'zoned hours': { code: 'H', ds: (k, from) => `${utc((from + k) * 3_600_000).slice(0, 16)}+09:00` },
  days: { code: 'D', ds: (k, from) => day((from + k) * DAY) },
  'days with a time': { code: 'D', ds: (k, from) => `${day((from + k) * DAY)}T17:30:00` },
  'compact days': { code: 'D', ds: (k, from) => day((from + k) * DAY).replaceAll('-', '') },
  weeks: { code: 'W', ds: (k, from) => day((from + 7 * k) * DAY) },
  months: { code: 'M', ds: (k, from) => inMonth(from + k, 1) },
  'month ends': { code: 'M', ds: (k, from) => monthEnd(from + k) },
  'compact months': {
    code: 'M',
    ds: (k, from) =>
      inMonth(from + k, 1)
        .slice(0, 7)
        .replace('-', ''),
  },
  'bare months': { code: 'M', ds: (k, from) => inMonth(from + k, 1).slice(0, 7) },
  'quarter ends': { code: 'Q', ds: (k, from) => monthEnd(3 * (from + k) + 2) },
  quarters: { code: 'Q', ds: (k, from) => inMonth(3 * (from + k), 15) },
  years: { code: 'Y', ds: (k, from) => inMonth(12 * (from + k), 1) },
  'year ends': { code: 'Y', ds: (k, from) => monthEnd(12 * (from + k) + 11) },
  순: { code: '순', ds: (k, from) => dekadName(from + k) },
  '순 by their first day': {
    code: '순',
    ds: (k, from) => day(Date.UTC(1990, Math.floor((from + k) / 3), 1 + 10 * ((from + k) % 3))),
  },
  '순 by their last day': {
    code: '순',
    ds: (k, from) =>
      (from + k) % 3 === 2
        ? monthEnd(Math.floor((from + k) / 3))
        : day(Date.UTC(1990, Math.floor((from + k) / 3), 10 * (((from + k) % 3) + 1))),
  },
  integers: { code: 'integer', ds: (k, from) => String(from + k) },
  'integers by 5': { code: 'integer, step 5', ds: (k, from) => String(from + 5 * k) },
};

describe('the frequency of a table', () => {
  it.each(Object.keys(AXES))('%s: inferred, gaps held open, continued in the same form', async (name) => {
    const { code, ds } = AXES[name]!;
    const shape = fc.record({
      from: fc.nat({ max: 100 }),
      gaps: fc.uniqueArray(fc.integer({ min: 6, max: 34 }), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(shape, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (series, reversed) => {
          const rows = series.flatMap(({ from, gaps }, s) =>
            Array.from({ length: 40 }, (_, k) => k)
              .filter((k) => !gaps.includes(k))
              .map((k) => `s${s},${ds(k, from)},${k}`),
          );
          const table = await read(reversed ? rows.toReversed() : rows);
          const frequency = frequencyOf(table);
          expect(describeFrequency(frequency)).toBe(code);
          expect(frequencyOf(table, frequency)).toEqual(frequency);
          const { panel } = onEqualSteps(table, frequency);
          series.forEach(({ from, gaps }, s) => {
            const i = table.ids.indexOf(`s${s}`);
            const values = panel.values.subarray(panel.offsets[i], panel.offsets[i + 1]);
            expect([...values]).toEqual(
              Array.from({ length: 40 }, (_, k) => (gaps.includes(k) ? Number.NaN : k)),
            );
            const ahead = dsAhead(table, frequency, i);
            for (const k of [1, 2, 7, 30]) expect(ahead(k)).toBe(ds(39 + k, from));
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps the day of the month where a shorter month cut it', async () => {
    const table = await read(['a,2023-01-30,1', 'a,2023-02-28,2', 'a,2023-03-30,3']);
    const ahead = dsAhead(table, frequencyOf(table), 0);
    expect([1, 11, 12].map(ahead)).toEqual(['2023-04-30', '2024-02-29', '2024-03-30']);
  });

  it('reads a market closed at weekends as days with gaps', async () => {
    const week = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05', '2024-01-08'];
    const table = await read(week.map((ds, k) => `a,${ds},${k}`));
    expect(frequencyOf(table).code).toBe('D');
    expect([...onEqualSteps(table, { code: 'D', step: 1 }).panel.values]).toEqual([
      0,
      1,
      2,
      3,
      4,
      NaN,
      NaN,
      5,
    ]);
  });

  it.each([
    [
      ['a,2024-01-01,1', 'a,2024-01-08,1', 'a,2024-01-15,1', 'a,2024-01-20,1'],
      'series "a", line 5: from 2024-01-15 to 2024-01-20',
    ],
    [
      ['a,1,1', 'a,3,1', 'a,5,1', 'b,1,1', 'b,4,1'],
      'series "b", line 6: from 1 to 4 is no whole number of steps of integer, step 2',
    ],
    [
      [
        'a,2024-01-31,1',
        'a,2024-02-29,1',
        'a,2024-03-30,1',
        'a,2024-04-30,1',
        'a,2024-05-31,1',
        'a,2024-06-30,1',
      ],
      'line 4',
    ],
    [['a,2024-01-01T00:00,1', 'a,2024-01-01T01:00,1', 'a,2024-01-01T02:30,1'], 'line 4'],
    [
      [
        'a,2024-01-01,1',
        'a,2024-01-02,1',
        'a,2024-01-03,1',
        'a,2024-01-04,1',
        'w,2024-01-01,1',
        'w,2024-01-08,1',
        'w,2024-01-15,1',
        'w,2024-01-22,1',
      ],
      'series "w", line 7',
    ],
  ])('refuses a mixed step: %j', async (rows, says) => {
    const table = await read(rows);
    expect(() => frequencyOf(table)).toThrow(SihwangError);
    expect(() => frequencyOf(table)).toThrow(says);
  });

  it('asks for --freq when there is nothing to infer from, and takes it', async () => {
    const single = await read(['a,2024-01-01,1', 'b,2024-01-31,1']);
    expect(() => frequencyOf(single)).toThrow(expect.objectContaining({ code: 'STEP_UNKNOWN', exit: 65 }));
    expect(dsAhead(single, frequencyOf(single, { code: 'M', step: 1 }), 1)(1)).toBe('2024-02-29');
    const sparse = await read(['a,2024-01-01,1', 'a,2024-01-03,1', 'a,2024-01-06,1']);
    expect(() => frequencyOf(sparse)).toThrow(expect.objectContaining({ code: 'STEP_UNKNOWN' }));
    const quarterHours = await read(['a,2024-01-01T00:00,1', 'a,2024-01-01T00:15,2', 'a,2024-01-01T00:30,3']);
    expect(() => frequencyOf(quarterHours)).toThrow(
      expect.objectContaining({
        code: 'STEP_UNKNOWN',
        hint: expect.stringContaining('shorter than an hour'),
      }),
    );
    expect(onEqualSteps(sparse, frequencyOf(sparse, { code: 'D', step: 1 })).panel.values).toHaveLength(6);
    expect(() => frequencyOf(sparse, { code: 'W', step: 1 })).toThrow('line 3');
    expect(() => frequencyOf(sparse, { code: 'H', step: 1 })).toThrow(expect.objectContaining({ exit: 2 }));
    expect(frequencyOf(await read(['a,7,1']))).toEqual({ code: 'integer', step: 1 });
  });

  it('refuses to hold open a gap that dwarfs the table', async () => {
    const table = await read(['a,1,1', 'a,2,1', 'a,999999999999999,1']);
    const frequency = frequencyOf(table);
    expect(() => onEqualSteps(table, frequency)).toThrow(
      expect.objectContaining({ code: 'TOO_SPARSE', exit: 65 }),
    );
  });

  it('refuses a future that cannot be written', async () => {
    const table = await read(['a,9999-12-30,1', 'a,9999-12-31,1']);
    expect(() => requireDsAhead(table, frequencyOf(table), 1)).toThrow(
      expect.objectContaining({ code: 'DS_OUT_OF_RANGE', exit: 65 }),
    );
  });
});

it.each<[string, Frequency | undefined]>([
  ['d', { code: 'D', step: 1 }],
  [' 순 ', { code: '순', step: 1 }],
  ['dekad', { code: '순', step: 1 }],
  ['5', { code: 'integer', step: 5 }],
  ['integer', { code: 'integer', step: 1 }],
  ['0', undefined],
  ['fortnight', undefined],
])('--freq %j', (text, frequency) => expect(parseFrequency(text)).toEqual(frequency));
