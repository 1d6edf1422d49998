import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL_NAMES } from '../forecast/index.ts';
import { backtestFile } from './backtest-file.ts';
import { type ForecastFileOptions, forecastFile } from './forecast-file.ts';
import { processIo, type TableIo } from './long-table/table-io.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILES = processIo('en');

/** The real files, with both output streams kept. */
function recorded(stdin = '', files = FILES): TableIo & { out: string; notes: string } {
  return {
    ...files,
    out: '',
    notes: '',
    noteIsTerminal: false,
    async *read(path) {
      if (path === '-') yield Buffer.from(stdin);
      else yield* FILES.read(path);
    },
    async print(text) {
      this.out += text;
    },
    note(text) {
      this.notes += text;
    },
  };
}

async function run(csv: string, options: ForecastFileOptions) {
  const io = recorded(csv);
  await forecastFile('-', options, io);
  return io;
}

const wave = (id: string, count: number) =>
  Array.from(
    { length: count },
    (_, t) =>
      `${id},${new Date(Date.UTC(2020, t + 1, 0)).toISOString().slice(0, 10)},${100 + 10 * (t % 12) + t}`,
  );
const TABLE = ['unique_id,ds,y', ...wave('"무, 봄"', 60), ...wave('short', 2)].join('\n');

describe('sihwang forecast FILE.csv', () => {
  it('says what it read, used and left out in Korean, and scores in Korean', async () => {
    const io = recorded(`${TABLE.replaceAll(/(?<=\d)$/gm, ',1').replace('y', 'y,기온')}`, processIo('ko'));
    await forecastFile('-', { horizon: 2 }, io);
    expect(io.notes.trimEnd().split('\n')).toEqual([
      '계열 2개, 행 62개. 주기 M (알아냄), 계절 12 (주기의 기본값)',
      expect.stringMatching(/^외부 변수 기온 \(지난 값만\): 계열 2개 가운데 \d개의 예측에 씀/),
      '계열 1개는 너무 짧아 기준선만 냄 (model=naive)',
      expect.stringMatching(/^계열 2개, 2단위씩, \d+\.\d초$/),
    ]);
    const scored = recorded(TABLE, processIo('ko'));
    await backtestFile('-', { horizon: 3, origins: 2 }, scored);
    expect(scored.out).toMatch(/^방법 +채점한 값 +WAPE +MASE \(m=12\) +sMAPE +핀볼 80 +80% 적중\n/);
    expect(scored.notes).toContain(
      '계열 1개를 3단위 간격의 시점 2개까지, 3단위 앞으로 채점. 너무 짧아 뺀 계열 1개. ',
    );
  });

  it('writes the horizon of every series in the order of the file, levels from the outside in and out', async () => {
    const { out, notes } = await run(TABLE, { horizon: '3' });
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toBe('unique_id,ds,model,mean,lo-95,lo-80,hi-80,hi-95');
    expect(lines.slice(1).map((line) => line.replace(/(?<=-\d\d,[\w-]+,).*/, ''))).toEqual([
      '"무, 봄",2025-01-31,ensemble,',
      '"무, 봄",2025-02-28,ensemble,',
      '"무, 봄",2025-03-31,ensemble,',
      'short,2020-03-31,naive,',
      'short,2020-04-30,naive,',
      'short,2020-05-31,naive,',
    ]);
    for (const line of lines.slice(1)) {
      const [mean, lo95, lo80, hi80, hi95] = line.split(',').slice(-5).map(Number) as number[];
      const rising = [lo95!, lo80!, mean!, hi80!, hi95!];
      expect(rising.every(Number.isFinite)).toBe(true);
      expect(rising).toEqual(rising.toSorted((a, b) => a - b));
    }
    expect(notes).toContain(
      '2 series, 62 rows; frequency M (inferred), season 12 (default for the frequency)',
    );
    expect(notes).toContain('1 series too short');
    expect(notes).toMatch(/2 series, 3 steps each, in \d+\.\d s/);
  });

  it('takes levels, a season, a frequency and models as asked', async () => {
    const { out, notes } = await run('unique_id,ds,y\na,1,1\na,2,2\na,3,3\n', {
      horizon: 1,
      levels: '99.5,50',
      season: '2',
      freq: '1',
      models: 'drift',
    });
    expect(out.split('\n')[0]).toBe('unique_id,ds,model,mean,lo-99.5,lo-50,hi-50,hi-99.5');
    expect(out.split('\n')[1]).toMatch(/^a,4,drift,4,/);
    expect(notes).toContain('frequency integer, season 2\n');
  });

  it('leaves the numbers of a series without a value blank and says so', async () => {
    const { out, notes } = await run('unique_id,ds,y,x\na,1,,7\na,2,,8\n', { horizon: 2 });
    expect(out).toBe('unique_id,ds,model,mean,lo-95,lo-80,hi-80,hi-95\na,3,none,,,,,\na,4,none,,,,,\n');
    expect(notes).toContain('1 series without a forecast (model=none), the first "a"');
    expect(notes).toContain('2 missing values');
    expect(notes).toContain('covariates x (past only): in the forecasts of 0 of 1 series');
  });

  it('gives the same as JSON', async () => {
    const csv = await run(TABLE, { horizon: 2 });
    const json = JSON.parse((await run(TABLE, { horizon: 2, json: true })).out);
    expect(json).toMatchObject({ frequency: 'M', season: 12, horizon: 2, levels: [80, 95] });
    expect(json.series.map((one: { unique_id: string }) => one.unique_id)).toEqual(['무, 봄', 'short']);
    const [first] = json.series;
    expect(first.ds).toEqual(['2025-01-31', '2025-02-28']);
    const cells = csv.out.split('\n')[1]!.split(',').slice(-5).map(Number);
    const same = [first.mean[0], first['lo-95'][0], first['lo-80'][0], first['hi-80'][0], first['hi-95'][0]];
    same.forEach((value, c) => {
      expect(value).toBeCloseTo(cells[c]!, 8);
    });
  });

  it('writes --out as a whole and leaves nothing else behind', async () => {
    const [input, out] = [join(folder, 'in.csv'), join(folder, 'out.csv')];
    writeFileSync(input, TABLE);
    writeFileSync(out, 'old');
    const io = recorded();
    await forecastFile(input, { horizon: 3, out }, io);
    expect(io.out).toBe('');
    expect(readFileSync(out, 'utf8')).toBe((await run(TABLE, { horizon: 3 })).out);
    expect(readdirSync(folder).sort()).toEqual(['in.csv', 'out.csv']);
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full with 75 (needs /dev/full)', async () => {
    await expect(run(TABLE, { horizon: 1, out: '/dev/full' })).rejects.toMatchObject({
      code: 'DISK_FULL',
      exit: 75,
    });
  });

  it.each<[ForecastFileOptions, string]>([
    [{}, '--horizon is needed'],
    [{ horizon: '0' }, '--horizon'],
    [{ horizon: '1.5' }, '--horizon'],
    [{ horizon: 'soon' }, '--horizon'],
    [{ horizon: '3', season: '-1' }, '--season'],
    [{ horizon: '3', levels: '80,100' }, '--levels'],
    [{ horizon: '3', freq: 'fortnight' }, '--freq'],
    [{ horizon: '3', freq: 'H' }, '--freq H'],
    [{ horizon: '3', models: 'oracle' }, 'oracle'],
    [{ horizon: '3', out: '/nowhere/at/all.csv' }, 'cannot write'],
  ])('refuses %j with 2', async (options, says) => {
    await expect(run(TABLE, options)).rejects.toMatchObject({
      exit: 2,
      message: expect.stringContaining(says),
    });
  });

  it('gives every series of any table its rows, with finite nested intervals, or refuses the table', async () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom('', 0, -1, 1e308, 5e-324),
    );
    const series = fc.tuple(fc.nat({ max: 9 }), fc.array(value, { minLength: 1, maxLength: 14 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(series, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 5 }),
        async (all, horizon) => {
          const rows = all.flatMap(([from, values], i) => values.map((y, t) => `s${i},${from + t},${y}`));
          const { out } = await run(['unique_id,ds,y', ...rows].join('\n'), { horizon, season: 2 });
          const lines = out.trimEnd().split('\n').slice(1);
          expect(lines.map((line) => line.split(',', 2).join())).toEqual(
            all.flatMap(([from, values], i) =>
              Array.from({ length: horizon }, (_, k) => `s${i},${from + values.length + k}`),
            ),
          );
          for (const line of lines) {
            const [model, mean, lo95, lo80, hi80, hi95] = line.split(',').slice(2) as string[];
            if (model === 'none') continue;
            const rising = [lo95, lo80, mean, hi80, hi95].map(Number);
            expect(rising.every(Number.isFinite)).toBe(true);
            expect(rising).toEqual(rising.toSorted((a, b) => a - b));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reports each model that is named, and with `all` the default choice before them', async () => {
    const { out, notes } = await run(TABLE, { horizon: 1, models: 'ets,mstl' });
    const rows = out.trimEnd().split('\n').slice(1);
    expect(
      rows.map((row) =>
        row
          .replace(/^"[^"]*"/, 'radish')
          .split(',')
          .slice(0, 3)
          .join(),
      ),
    ).toEqual([
      'radish,2025-01-31,ets',
      'radish,2025-01-31,mstl',
      'short,2020-03-31,naive',
      'short,2020-03-31,mstl',
    ]);
    expect(rows[3]).toBe('short,2020-03-31,mstl,,,,,');
    expect(notes).toContain('ets had nothing to go by in 1 series');
    const all = JSON.parse((await run(TABLE, { horizon: 1, models: 'all', json: true })).out).series;
    const models = all.filter((one: { unique_id: string }) => one.unique_id !== 'short');
    expect(models.map((one: { model: string }) => one.model)).toEqual(['ensemble', ...MODEL_NAMES]);
  });

  it('keeps to a budget, answers every series and says what got less', async () => {
    let clock = 0;
    const io = recorded(TABLE);
    io.now = () => (clock += 0.01);
    await forecastFile('-', { horizon: 2, budget: '0.2' }, io);
    expect(io.out.trimEnd().split('\n')).toHaveLength(5);
    expect(io.out).not.toContain('none');
    expect(io.notes).toMatch(
      /no time left for the full choice: of 2 series \d got two quick models, \d the baseline/,
    );
    expect(io.notes).toContain(' of 0.2\n');
    await expect(run(TABLE, { horizon: 1, budget: 'soon' })).rejects.toMatchObject({ exit: 2 });
  });

  it('wants every step of the future of a known covariate, and says which is missing', async () => {
    const table = ['unique_id,ds,y,temp', ...wave('a', 6).map((row, t) => `${row},${t}`)].join('\n');
    const ask = async (future: string, horizon = 2) => {
      const path = join(folder, 'future.csv');
      writeFileSync(path, future);
      const io = recorded(table);
      await forecastFile('-', { horizon, future: path }, io);
      return io;
    };
    const whole = 'unique_id,ds,temp,other\na,2020-08-31,8,1\na,2020-07-31,7,1\nz,2020-07-31,7,1\n';
    const { notes } = await ask(whole);
    expect(notes).toContain('1 series that the table does not have, the first "z"');
    expect(notes).toContain('columns not used: other');
    expect(notes).toContain('covariates temp (known ahead): in the forecasts of 0 of 1 series (too short');
    await expect(ask(whole, 3)).rejects.toMatchObject({
      exit: 65,
      code: 'FUTURE_ROW_MISSING',
      message: expect.stringContaining('series "a" has no row for 2020-09-30, step 3 of 3'),
    });
    await expect(ask('unique_id,ds,temp\na,2020-07-31,7\na,2020-08-31,\n')).rejects.toMatchObject({
      code: 'FUTURE_VALUE_MISSING',
      message: expect.stringContaining('line 3, column temp: blank for series "a" at 2020-08-31'),
    });
    await expect(ask('unique_id,ds,temp\na,2020-07-31,7\na,2020-08-31,hot\n')).rejects.toMatchObject({
      code: 'BAD_NUMBER',
      message: expect.stringContaining('the column of covariate temp holds something that is not a number'),
    });
    await expect(ask('unique_id,ds,rain\na,2020-07-31,7\n')).rejects.toMatchObject({
      code: 'NO_COVARIATE',
      message: expect.stringContaining('none of its columns is a covariate of the table (temp)'),
    });
    await expect(ask('unique_id,ds,temp\na,2020-07,7\n')).rejects.toMatchObject({ code: 'BAD_DATE' });
  });

  it('learns from covariates, known ahead or not, and says in how many series', async () => {
    const weather = (i: number, t: number) => Math.abs(Math.sin(i * 31 + t * t * 1.7));
    const rows = (from: number, until: number, line: (i: number, t: number) => string) =>
      [0, 1, 2, 3].flatMap((i) => Array.from({ length: until - from }, (_, k) => line(i, from + k)));
    const price = (i: number, t: number) => 100 * (1 + weather(i, t));
    const table = [
      'unique_id,ds,y,temp',
      ...rows(0, 60, (i, t) => `s${i},${t},${price(i, t)},${weather(i, t)}`),
    ];
    const path = join(folder, 'weather.csv');
    writeFileSync(
      path,
      ['unique_id,ds,temp', ...rows(60, 62, (i, t) => `s${i},${t},${weather(i, t)}`)].join('\n'),
    );
    const off = async (options: Partial<ForecastFileOptions>) => {
      const io = await run(table.join('\n'), { horizon: 2, json: true, ...options });
      const means = JSON.parse(io.out).series.flatMap((one: { mean: number[] }) => one.mean) as number[];
      const wanted = rows(60, 62, (i, t) => String(price(i, t))).map(Number);
      return {
        error: means.reduce((sum, mean, at) => sum + Math.abs(mean - wanted[at]!), 0),
        notes: io.notes,
      };
    };
    const told = await off({ future: path });
    const plain = await off({ covariates: 'none' });
    expect(told.error).toBeLessThan(0.8 * plain.error);
    expect(told.notes).toContain('covariates temp (known ahead): in the forecasts of 4 of 4 series');
    expect(plain.notes).toContain('columns not used: temp');
    const io = recorded(table.join('\n'));
    await backtestFile('-', { horizon: 2, origins: 1, knownAhead: 'temp', json: true }, io);
    expect(io.notes).toContain('covariates temp (known ahead): used by the default choice');
    await expect(
      backtestFile('-', { horizon: 2, knownAhead: 'rain' }, recorded(TABLE)),
    ).rejects.toMatchObject({
      exit: 2,
      message: expect.stringContaining('--known-ahead rain is no covariate'),
    });
  });

  it('names the file in what it says about it', async () => {
    const path = join(folder, 'absent.csv');
    await expect(forecastFile(path, { horizon: 1 }, recorded())).rejects.toMatchObject({
      exit: 2,
      message: `cannot read ${path}: there is no such file`,
    });
    await expect(forecastFile(folder, { horizon: 1 }, recorded())).rejects.toMatchObject({
      exit: 2,
      message: expect.stringContaining('it is a folder'),
    });
    await expect(run('a,b\n', { horizon: 1 })).rejects.toMatchObject({
      exit: 65,
      message: expect.stringMatching(/^standard input: the columns unique_id, ds and y are needed/),
    });
  });

  it('reports progress by a line now and then, or by a bar on a terminal', async () => {
    let clock = 0;
    const io = recorded(TABLE);
    io.now = () => (clock += 3);
    await forecastFile('-', { horizon: 1 }, io);
    expect(io.notes).toContain('2 of 2 series forecast\n');
    const terminal = { ...recorded(TABLE), noteIsTerminal: true, now: () => (clock += 3) };
    await forecastFile('-', { horizon: 1 }, terminal);
    expect(terminal.notes).toContain('\r\x1b[K████████████░░░░░░░░░░░░ 1 of 2 series forecast');
  });
});

describe('sihwang backtest FILE.csv', () => {
  it('scores the default choice beside naive and seasonal naive', async () => {
    const io = recorded(TABLE);
    await backtestFile('-', { horizon: '6', origins: '2', step: '3', json: true }, io);
    const answer = JSON.parse(io.out);
    expect(answer).toMatchObject({
      frequency: 'M',
      season: 12,
      horizon: 6,
      origins: 2,
      step: 3,
      seriesScored: 1,
    });
    const [ours, naive, seasonal] = answer.methods;
    expect([ours.method, naive.method, seasonal.method]).toEqual(['default', 'naive', 'seasonal-naive']);
    expect(ours.cases).toBe(12);
    // A wave of twelve steps on a trend of one a step: last year's value is twelve too low, always.
    expect(seasonal.mase).toBeCloseTo(1, 9);
    expect(ours.wape).toBeLessThan(seasonal.wape);
    expect(ours.wape).toBeLessThan(naive.wape);
    expect(io.notes).toContain('1 series scored at up to 2 origins 3 steps apart, 6 steps ahead; 1 left out');
  });

  it('prints a table', async () => {
    const io = recorded(TABLE);
    await backtestFile('-', { horizon: 6, origins: 1 }, io);
    const lines = io.out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^method +points +WAPE +MASE \(m=12\) +sMAPE +pinball 80 +coverage 80 %$/);
    expect(lines.map((line) => line.split(' ')[0]).slice(2)).toEqual(['default', 'naive', 'seasonal-naive']);
  });

  it('refuses a table too short for one origin with 65', async () => {
    const csv = 'unique_id,ds,y\na,1,1\na,2,2\n';
    await expect(backtestFile('-', { horizon: 2 }, recorded(csv))).rejects.toMatchObject({ exit: 65 });
  });
});
