import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forecastFile } from '../../src/cli/forecast-file.ts';
import { processIo } from '../../src/cli/long-table/table-io.ts';

const M4 = join(process.env.SIHWANG_TEST_DATA ?? '../shared/data', 'm4');
/** The default choice forecasts both files within this, on one core, for ever. */
const BAR_CPU_SECONDS = 60;

const WORKS = [
  { file: 'Weekly-train.csv', series: 359, horizon: 13, season: 52 },
  { file: 'Hourly-train.csv', series: 414, horizon: 48, season: 24 },
];

describe.skipIf(!existsSync(M4))(
  `forecasting M4 weekly and hourly from a long table (needs ${M4}; set SIHWANG_TEST_DATA)`,
  () => {
    let folder: string;
    let cpuSeconds = 0;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'sihwang-m4-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each(WORKS)('$file: every row, in order, finite, intervals nested', async (work) => {
      const lengths = writeLong(join(M4, work.file), join(folder, 'in.csv'));
      expect(lengths.size).toBe(work.series);
      const out = join(folder, 'out.csv');
      const notes: string[] = [];
      const before = process.cpuUsage();
      await forecastFile(
        join(folder, 'in.csv'),
        { horizon: work.horizon, season: work.season, out },
        { ...processIo, note: (text) => notes.push(text) },
      );
      const { user, system } = process.cpuUsage(before);
      cpuSeconds += (user + system) / 1e6;

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

    it(`takes less than ${BAR_CPU_SECONDS} CPU seconds together`, () => {
      console.log(`773 series read, forecast and written in ${cpuSeconds.toFixed(1)} CPU s`);
      expect(cpuSeconds).toBeGreaterThan(0);
      expect(cpuSeconds).toBeLessThan(BAR_CPU_SECONDS);
    });
  },
);

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
