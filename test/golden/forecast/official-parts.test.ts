import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

/** As many values as there are, so that the test part shows that it follows: 1, 2, 3, … */
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, t) => from + t);

describe('the official test parts of M3 and M4, where the folder of test data has them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-official-'));
  const wide = (name: string, lines: readonly (readonly [string, readonly number[]])[]) =>
    writeFileSync(
      join(folder, 'm4', name),
      `"V1","V2"\n${lines.map(([id, values]) => [id, ...values].map((cell) => `"${cell}"`).join(',')).join('\n')}\n`,
    );
  const long = (name: string, rows: readonly string[]) =>
    writeFileSync(join(folder, 'm3', name), `id,part,t,value\n${rows.join('\n')}\n`);
  const m3 = (id: string, part: string, values: readonly number[]) =>
    values.map((value, t) => `${id},${part},${t + 1},${value}`);

  beforeAll(() => {
    mkdirSync(join(folder, 'm3'));
    mkdirSync(join(folder, 'm4'));
    wide('Weekly-train.csv', [
      ['W1', upTo(100)],
      ['W2', upTo(90)],
      ['W3', upTo(90)],
    ]);
    wide('Weekly-test.csv', [
      ['W2', upTo(13, 91)],
      ['W1', upTo(13, 101)],
    ]);
    wide('Hourly-train.csv', [['H1', upTo(700)]]);
    writeFileSync(
      join(folder, 'm3', 'm3_meta.csv'),
      'id,sn,period,type,n,h,freq\nN1402,N1402,MONTHLY,MICRO,68,18,12.0\nN1,N1,YEARLY,MICRO,20,6,1.0\n',
    );
    long('m3_train_long.csv', [...m3('N1402', 'train', upTo(50)), ...m3('N1', 'train', upTo(14))]);
    vi.stubEnv('SIHWANG_TEST_DATA', folder);
    vi.resetModules();
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('are joined by id to the whole training part, whatever their order', async () => {
    const { officialMissing, readOfficial } = await import('../../../bench/m-series.ts');
    expect(officialMissing('M4 weekly')).toBeUndefined();
    const { series } = readOfficial('M4 weekly');
    expect(series.map(({ id, known, actual }) => [id, known.length, actual[0], actual.length])).toEqual([
      ['W1', 100, 101, 13],
      ['W2', 90, 91, 13],
    ]);
  });

  it('leave the held-back cut of the training part as it is', async () => {
    const { readSet } = await import('../../../bench/m-series.ts');
    expect(readSet('M4 weekly').series.map(({ actual }) => actual[0])).toEqual([88, 78, 78]);
    expect(readSet('M3 monthly').series.map(({ known }) => known.length)).toEqual([32]);
  });

  it('are said to be missing with the name of the file that they are looked for in', async () => {
    const { officialMissing } = await import('../../../bench/m-series.ts');
    expect(officialMissing('M4 hourly')).toMatch(/Hourly-test\.csv$/);
    expect(officialMissing('M3 monthly')).toMatch(/m3_test_long\.csv$/);
  });

  it('of M3 stand in a file of their own or behind the training rows', async () => {
    const { readOfficial } = await import('../../../bench/m-series.ts');
    const told = () => readOfficial('M3 monthly').series.map(({ known, actual }) => [known.length, [...actual]]);
    long('m3_test_long.csv', m3('N1402', 'test', upTo(18, 51)).reverse());
    expect(told()).toEqual([[50, upTo(18, 51)]]);
    rmSync(join(folder, 'm3', 'm3_test_long.csv'));
    long('m3_train_long.csv', [...m3('N1402', 'train', upTo(50)), ...m3('N1402', 'test', upTo(18, 51))]);
    expect(told()).toEqual([[50, upTo(18, 51)]]);
  });

  it('that are shorter than the horizon are refused by name', async () => {
    const { readOfficial } = await import('../../../bench/m-series.ts');
    wide('Weekly-test.csv', [['W1', upTo(12)]]);
    expect(() => readOfficial('M4 weekly')).toThrow(/W1: 12 test values, where 13/);
  });
});
