import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forecastFile } from '../../src/cli/forecast-file.ts';
import { processIo } from '../../src/cli/long-table/table-io.ts';

const M4 = join(process.env.SIHWANG_TEST_DATA ?? '../shared/data', 'm4');
/**
 * The default choice forecasts both files within 60 CPU seconds of a quiet core, for ever. Beside other work it takes
 * about twice as many times the control below as on a quiet machine, because neighbours cost it caches and the control
 * none; more than this is a change.
 */
const BAR_OF_CONTROL = 80;

const WORKS = [
  { file: 'Weekly-train.csv', series: 359, horizon: 13, season: 52 },
  { file: 'Hourly-train.csv', series: 414, horizon: 48, season: 24 },
];

describe.skipIf(!existsSync(M4))(
  `forecasting M4 weekly and hourly from a long table (needs ${M4}; set SIHWANG_TEST_DATA)`,
  () => {
    let folder: string;
    let cpuSeconds = 0;
    let controlSeconds = 0;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'sihwang-m4-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(WORKS)('$file: every row, in order, finite, intervals nested', async (work) => {
      const lengths = writeLong(join(M4, work.file), join(folder, 'in.csv'));
      expect(lengths.size).toBe(work.series);
      const out = join(folder, 'out.csv');
      const notes: string[] = [];
      controlSeconds += secondsOfControl();
      const before = process.cpuUsage();
      await forecastFile(
        join(folder, 'in.csv'),
        { horizon: work.horizon, season: work.season, out },
        { ...processIo('en'), note: (text) => notes.push(text) },
      );
      cpuSeconds += secondsSince(before);
      controlSeconds += secondsOfControl();

      const [header, ...rows] = readFileSync(out, 'utf8').trimEnd().split('\n');
      expect(header).toBe('unique_id,ds,model,mean,lo-95,lo-80,hi-80,hi-95');
      const expected = [...lengths].flatMap(([id, length]) =>
        Array.from({ length: work.horizon }, (_, k) => `${id},${length + k + 1}`),
      );
      expect(rows.map((row) => row.split(',').slice(0, 2).join(','))).toEqual(expected);
      for (const row of rows) {
        const [, , model, mean, lo95, lo80, hi80, hi95] = row.split(',') as string[];
        const rising = [lo95, lo80, mean, hi80, hi95].map((text) => (text ? Number(text) : Number.NaN));
        if (!rising.every(Number.isFinite)) throw new Error(`not finite: ${row}`);
        if (rising.some((value, i) => i > 0 && value < rising[i - 1]!)) throw new Error(`not nested: ${row}`);
        if (model === 'naive' || !model) throw new Error(`no model for a long series: ${row}`);
      }
      expect(notes[0]).toContain(`${work.series} series`);
      expect(notes[0]).toContain(`frequency integer (inferred), season ${work.season}`);
    });

    it(`takes less than ${BAR_OF_CONTROL} times the CPU of a fixed loop beside it`, () => {
      const ratio = cpuSeconds / (controlSeconds / 4);
      console.log(
        `773 series read, forecast and written in ${cpuSeconds.toFixed(1)} CPU s, ${ratio.toFixed(1)} × the control`,
      );
      expect(ratio).toBeGreaterThan(1);
      expect(ratio).toBeLessThan(BAR_OF_CONTROL);
    });
  },
);

/** CPU seconds of a smoothing recursion of fixed length: what a loaded or slower machine does to any such work. */
function secondsOfControl(): number {
  const values = Float64Array.from({ length: 1000 }, (_, t) => Math.sin(t));
  const before = process.cpuUsage();
  let level = 0;
  for (let round = 0; round < 200_000; round++) for (const value of values) level += 0.3 * (value - level);
  if (!Number.isFinite(level)) throw new Error('the control went astray');
  return secondsSince(before);
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Turns a wide file (an id, then its values) into long format with ds 1, 2, …; gives the length of each series. */
function writeLong(wide: string, long: string): Map<string, number> {
  const lengths = new Map<string, number>();
  const rows = ['unique_id,ds,y'];
  for (const line of readFileSync(wide, 'utf8').trim().split('\n').slice(1)) {
    const [id = '', ...cells] = line.trim().replaceAll('"', '').split(',');
    const values = cells.filter((cell) => cell !== '');
    values.forEach((value, t) => {
      rows.push(`${id},${t + 1},${value}`);
    });
    lengths.set(id, values.length);
  }
  writeFileSync(long, `${rows.join('\n')}\n`);
  return lengths;
}
