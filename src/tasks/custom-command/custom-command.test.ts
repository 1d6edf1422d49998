import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { snapshotInMemory } from '../../../test/support/snapshot-in-memory.ts';
import { taskRun } from '../../../test/support/task-run.ts';
import { EXIT, type Json, type JsonObject } from '../../domain/index.ts';
import { performTask, RESULT_FILE } from '../perform-task.ts';
import { decodeTables } from '../tables-file.ts';
import { readCommandRecipe } from './recipe.ts';

const EXAMPLES = join(import.meta.dirname, '../../../docs/examples');
const DAYS = 40;
const SERIES = ['배추,"봄"|10 kg', 'radish|5 kg'];

/** Two series of forty days; the first one's name needs quotes. */
const snapshot = snapshotInMemory({
  series: { series: SERIES, unit: ['kg', 'kg'] },
  prices: {
    series: SERIES.flatMap((name) => Array<string>(DAYS).fill(name)),
    day: Int32Array.from({ length: 2 * DAYS }, (_, row) => 20_000 + (row % DAYS)),
    price: Float64Array.from({ length: 2 * DAYS }, (_, row) => (row === 3 ? Number.NaN : 100 + (row % 7))),
    units: new Float64Array(2 * DAYS).fill(1),
  },
});
const query = {
  tables: [
    { table: 'series', columns: ['series', 'unit'] },
    { table: 'prices', columns: ['series', 'day', 'price', 'units'] },
  ],
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Given = Parameters<typeof taskRun>[1];

function runOf(command: readonly string[], more: JsonObject = {}, given: Given = {}) {
  const params = { command, version: '1', query, ...more };
  const run = taskRun(snapshot, { task: 'custom-command', params, ...given });
  return { ...run, folder: mkdtempSync(join(folder, 'run-')) };
}
const shell = (script: string, more: JsonObject = {}, given: Given = {}) =>
  runOf(['/bin/sh', '-c', script], more, given);
/** Leaves the least that a program has to. */
const METRICS = `echo '{"mae": 1.5}' > "$SIHWANG_OUTPUT/metrics.json"`;

const until = async (holds: () => boolean): Promise<void> => {
  for (let round = 0; !holds(); round++) {
    expect(round, 'waited in vain').toBeLessThan(1000);
    await sleep(20);
  }
};

describe('a program of the user', () => {
  it('finds its data and its settings, and leaves an artefact, figures and outcomes', async () => {
    const run = shell(
      `set -e; cat "$SIHWANG_INPUT/job.json" > "$SIHWANG_OUTPUT/job"; cp "$SIHWANG_INPUT"/*.csv "$SIHWANG_OUTPUT"
       echo 배추; echo broken >&2; printf '%s' "$0 $1" > "$SIHWANG_OUTPUT/words"; ${METRICS}
       printf 'horizon,series,origin_day,actual,mean,lo80,hi80,naive\nW1,"b, ""c""",2024-10-04,100,90,80,,99\nW1,a,2024-10-05,1,2,3,4,5\n' > "$SIHWANG_OUTPUT/outcomes.csv"`,
      { settings: { depth: 3 } },
      { horizons: ['W1'] },
    );
    const words = ['$HOME `id`', "it's; rm -rf /"];
    const { files, metrics } = await performTask({
      ...run,
      job: {
        ...run.job,
        params: { ...(run.job.params as JsonObject), command: ['/bin/sh', '-c', commandOf(run), ...words] },
      },
    });
    expect(files.map(({ name }) => name)).toEqual([RESULT_FILE, 'job', 'prices.csv', 'series.csv', 'words']);
    const text = (name: string) => readFileSync(files.find((one) => one.name === name)!.path!, 'utf8');
    expect(JSON.parse(text('job'))).toEqual({
      ...{ feed: 'test', granularity: 'day', horizons: ['W1'], seed: 7 },
      settings: { depth: 3 },
    });
    expect(text('series.csv')).toBe('series,unit\n"배추,""봄""|10 kg",kg\nradish|5 kg,kg\n');
    expect(text('prices.csv').split('\n').slice(0, 5)).toEqual([
      'series,day,price,units',
      ...['04', '05', '06', '07'].map(
        (day, at) => `"배추,""봄""|10 kg",2024-10-${day},${at === 3 ? '' : 100 + at},1`,
      ),
    ]);
    // no shell has read them
    expect(text('words')).toBe(words.join(' '));
    expect(metrics).toMatchObject({
      task: 'custom-command',
      reported: { mae: 1.5 },
      rows: { origin_outcome: 2 },
    });
    const { origin_outcome: outcomes } = decodeTables(files[0]!.bytes!);
    expect(Array.from(outcomes!.series!.values)).toEqual(['a', 'b, "c"']);
    expect(Array.from(outcomes!.hi80!.values)).toEqual([4, Number.NaN]);
    expect(run.events.filter(({ event }) => event === 'said').map(({ fields }) => fields)).toEqual(
      expect.arrayContaining([
        { stream: 'stdout', line: '배추' },
        { stream: 'stderr', line: 'broken' },
      ]),
    );
  });

  it('has no secrets of the worker, only what it was given', async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'secret';
    process.env.CUSTOM_COMMAND_TEST = 'handed on';
    try {
      const run = shell(`env > "$SIHWANG_OUTPUT/env"; ${METRICS}`, {
        environment: { OMP_NUM_THREADS: '2' },
        inherit: ['CUSTOM_COMMAND_TEST', 'NONE_SUCH'],
      });
      const { files } = await performTask(run);
      const env = readFileSync(files.find(({ name }) => name === 'env')!.path!, 'utf8');
      expect(env).toMatch(/^OMP_NUM_THREADS=2$/m);
      expect(env).toMatch(/^CUSTOM_COMMAND_TEST=handed on$/m);
      expect(env).not.toMatch(/AWS_|NONE_SUCH|secret/);
    } finally {
      delete process.env.AWS_SECRET_ACCESS_KEY;
      delete process.env.CUSTOM_COMMAND_TEST;
    }
  });

  const ends: readonly (readonly [string, string, JsonObject, number, string])[] = [
    ['65', 'echo no rows >&2; exit 65', {}, EXIT.badData, 'COMMAND_FAILED'],
    ['75', 'exit 75', {}, EXIT.tryAgain, 'COMMAND_FAILED'],
    ['78', 'exit 78', {}, EXIT.configuration, 'COMMAND_FAILED'],
    ['1', 'exit 1', {}, EXIT.bug, 'COMMAND_FAILED'],
    ['143 unasked', 'exit 143', {}, EXIT.bug, 'COMMAND_FAILED'],
    ['a fault', 'kill -SEGV $$', {}, EXIT.bug, 'COMMAND_FAILED'],
    ['a kill', 'kill -KILL $$', {}, EXIT.tryAgain, 'COMMAND_FAILED'],
    ['no figures', 'true', {}, EXIT.bug, 'COMMAND_METRICS_MISSING'],
    ['a folder', `mkdir "$SIHWANG_OUTPUT/x"; ${METRICS}`, {}, EXIT.bug, 'COMMAND_OUTPUT_REFUSED'],
    ['a link', `ln -s /etc/passwd "$SIHWANG_OUTPUT/x"; ${METRICS}`, {}, EXIT.bug, 'COMMAND_OUTPUT_REFUSED'],
    [
      'a name of ours',
      `: > "$SIHWANG_OUTPUT/manifest.json"; ${METRICS}`,
      {},
      EXIT.bug,
      'COMMAND_OUTPUT_REFUSED',
    ],
    [
      'too much',
      `head -c 3000000 /dev/zero > "$SIHWANG_OUTPUT/x"; ${METRICS}`,
      { maxOutputMiB: 2 },
      EXIT.bug,
      'COMMAND_OUTPUT_TOO_LARGE',
    ],
    [
      'no outcomes of ours',
      `echo a,b > "$SIHWANG_OUTPUT/outcomes.csv"; ${METRICS}`,
      {},
      EXIT.bug,
      'COMMAND_OUTCOMES_UNREADABLE',
    ],
  ];
  const FORECAST = 'W1,2024-12-01,10,9,11,8,12,7,13';
  const forecasts = (...rows: readonly string[]) =>
    shell(
      `printf '${['series,horizon,target_day,mean,lo50,hi50,lo80,hi80,lo95,hi95', ...rows].join('\\n')}\\n' > "$SIHWANG_OUTPUT/forecasts.csv"; ${METRICS}`,
    );
  it('says of days to come what it is watched by', async () => {
    const { files, metrics } = await performTask(forecasts(`radish,${FORECAST}`, `"a, b",${FORECAST}`));
    expect(files.map(({ name }) => name)).toEqual([RESULT_FILE]);
    expect(metrics.rows).toEqual({ issued_forecast: 2, origin_outcome: 0 });
    const { issued_forecast: said } = decodeTables(files[0]!.bytes!);
    expect(Array.from(said!.series!.values)).toEqual(['a, b', 'radish']);
    expect(Array.from(said!.hi95!.values)).toEqual([13, 13]);
  });
  it.each([
    ['a column that is missing', ['series,horizon']],
    ['a cell that is said twice', [`a,${FORECAST}`, `a,${FORECAST}`]],
    ['no horizon', ['a,next week,2024-12-01,10,9,11,8,12,7,13']],
    ['no day', ['a,W1,tomorrow,10,9,11,8,12,7,13']],
    ['an end that is missing', ['a,W1,2024-12-01,10,9,11,8,12,,13']],
    ['a price of nothing', ['a,W1,2024-12-01,0,0,0,0,0,0,0']],
    ['intervals that do not lie in each other', ['a,W1,2024-12-01,10,9,11,9.5,12,7,13']],
    ['a mean outside of them', ['a,W1,2024-12-01,14,9,11,8,12,7,13']],
  ])('is told of %s in forecasts.csv', async (what, rows) => {
    const run = what.startsWith('a column')
      ? shell(`echo series,horizon > "$SIHWANG_OUTPUT/forecasts.csv"; ${METRICS}`)
      : forecasts(...rows);
    await expect(performTask(run)).rejects.toMatchObject({
      code: 'COMMAND_FORECASTS_UNREADABLE',
      message: expect.stringMatching(/^forecasts\.csv, line \d/),
    });
  });

  it.each(ends)('that ends with %s is told so', async (_, script, more, exit, code) => {
    await expect(performTask(shell(script, more))).rejects.toMatchObject({ exit, code });
  });

  it('that is not there is a matter of configuration', async () => {
    await expect(performTask(runOf(['/none/such', 'x']))).rejects.toMatchObject({
      exit: EXIT.configuration,
      code: 'COMMAND_NOT_STARTED',
    });
  });

  it('says in its failure what it said last', async () => {
    const run = shell('echo Traceback; echo "ValueError: 배추" >&2; exit 3');
    await expect(performTask(run)).rejects.toThrow(/ended with 3: .*ValueError: 배추/);
  });

  it('that takes too long is ended with all that it started', async () => {
    const child = join(folder, 'child');
    const run = shell(`sleep 300 & echo $! > ${child}; wait`, { timeoutSeconds: 1 });
    await expect(performTask(run)).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT', exit: EXIT.bug });
    await until(() => !isAlive(Number(readFileSync(child, 'utf8'))));
  });

  it('that fills the disk is ended while it does', async () => {
    const run = shell('while :; do head -c 1000000 /dev/zero >> "$SIHWANG_OUTPUT/x"; sleep 0.05; done', {
      maxOutputMiB: 1,
    });
    await expect(performTask(run)).rejects.toMatchObject({ code: 'COMMAND_OUTPUT_TOO_LARGE' });
  });

  it('is asked to end, keeps its checkpoint, and goes on from it', async () => {
    const stop = new AbortController();
    const script = `trap 'echo 5 > "$SIHWANG_CHECKPOINT"; exit 143' TERM
      if [ -e "$SIHWANG_CHECKPOINT" ]; then cat "$SIHWANG_CHECKPOINT" > "$SIHWANG_OUTPUT/from"; ${METRICS}; exit 0; fi
      echo waiting; sleep 300 & wait`;
    const first = shell(script, {}, { signal: stop.signal });
    const ending = performTask(first);
    ending.catch(() => undefined);
    await until(() => first.events.some(({ event }) => event === 'said'));
    const reason = new Error('the job was asked to stop');
    stop.abort(reason);
    await expect(ending).rejects.toBe(reason);
    const { bytes } = first.saved[0]!;
    expect(Buffer.from(bytes).toString()).toBe('5\n');
    const { files } = await performTask(shell(script, {}, { resumeFrom: bytes }));
    expect(readFileSync(files.find(({ name }) => name === 'from')!.path!, 'utf8')).toBe('5\n');
  });

  it('does not outlive a worker that is killed', async () => {
    const pid = join(folder, 'pid');
    const worker = join(folder, 'worker.mjs');
    const program = new URL('./run-program.ts', import.meta.url).href;
    writeFileSync(
      worker,
      `import { runProgram } from ${JSON.stringify(program)};
       await runProgram({ command: ['/bin/sh', '-c', 'echo $$ > ${pid}; sleep 300'], folder: ${JSON.stringify(folder)},
         environment: process.env, timeoutSeconds: 300, stop: new AbortController().signal, graceSeconds: 1,
         onLine: () => {}, beyondLimit: () => existing() });
       function existing() { process.kill(process.pid, 'SIGKILL'); }`,
    );
    const runner = join(import.meta.dirname, '../../../scripts/run-ts.mjs');
    expect(() => execFileSync(process.execPath, [runner, worker], { stdio: 'ignore' })).toThrow();
    expect(existsSync(pid)).toBe(true);
    await until(() => !isAlive(Number(readFileSync(pid, 'utf8'))));
  });
});

describe('the examples of the documentation', () => {
  const checks = async (command: readonly string[], model: string): Promise<void> => {
    const { files, metrics } = await performTask(runOf(command));
    expect(files.map(({ name }) => name)).toEqual([RESULT_FILE, model]);
    const { mae } = metrics.reported as { mae: number };
    expect(mae).toBeGreaterThan(0);
    expect(mae).toBeLessThan(7);
    const { origin_outcome: outcomes, issued_forecast: said } = decodeTables(files[0]!.bytes!);
    expect(new Set(Array.from(outcomes!.series!.values))).toEqual(new Set(SERIES));
    expect(new Set(Array.from(said!.series!.values))).toEqual(new Set(SERIES));
    // a week behind the newest day
    expect(new Set(Array.from(said!.target_day!.values))).toEqual(new Set([20_000 + DAYS - 1 + 7]));
  };

  it('in POSIX shell', () => checks(['/bin/sh', join(EXAMPLES, 'train.sh')], 'model.csv'));

  const python = ['/usr/bin', '/usr/local/bin'].some((path) => readdirSync(path).includes('python3'));
  it.skipIf(!python)('in Python (skipped where there is no python3)', () =>
    checks(['python3', join(EXAMPLES, 'train.py')], 'model.json'),
  );
});

describe('the recipe', () => {
  const IMAGE = `registry.example/model@sha256:${'a'.repeat(64)}`;
  const good = { command: ['train'], version: '1' };
  const refused: readonly Json[] = [
    ...[null, [], 'train', {}, { version: '1' }, { command: ['train'] }],
    ...['train.sh', [], [''], [1], ['a\0b'], Array(101).fill('x')].map((command) => ({ ...good, command })),
    ...['', 'a b', 1].map((version) => ({ ...good, version })),
    ...[{ AWS_PROFILE: 'x' }, { SIHWANG_HOME: 'x' }, { '1': 'x' }, { A: 1 }].map((environment) => ({
      ...good,
      environment,
    })),
    ...[{ tables: [] }, { tables: [{ table: 'prices' }] }, { tables: [{ table: 'p;', columns: ['x'] }] }].map(
      (one) => ({ ...good, query: one }),
    ),
    { ...good, inherit: ['AWS_SECRET_ACCESS_KEY'] },
    { ...good, format: 'xlsx' },
    { ...good, timeoutSeconds: 0 },
    { ...good, shell: true },
    ...['model', 'registry/model:latest', `m@sha256:${'a'.repeat(63)}`, 1].map((image) => ({
      version: '1',
      image,
    })),
    { version: '1', image: IMAGE, command: ['x'.repeat(257)] },
    { version: '1', image: IMAGE, inherit: ['HOME'] },
    ...[{}, { mae: 'mae' }, { mae: '(' }, { 'm a': '(x)' }, [], 'mae'].map((figures) => ({
      version: '1',
      image: IMAGE,
      figures,
    })),
    { ...good, figures: { mae: '(.)' } },
  ];
  it.each(refused.map((one) => [JSON.stringify(one).slice(0, 60), one] as const))(
    'is refused: %s',
    (_, given) => {
      expect(() => readCommandRecipe(given)).toThrow(/custom-command: /);
    },
  );

  it('of an image needs no command, and our worker leaves it to SageMaker', async () => {
    const recipe = readCommandRecipe({ version: '1', image: IMAGE, figures: { mae: 'mae=(.+)' } });
    expect(readCommandRecipe(recipe)).toEqual(recipe);
    expect(recipe).toMatchObject({ command: [], image: IMAGE });
    // a recipe without one is what it was before there were any
    expect(Object.keys(readCommandRecipe(good))).not.toContain('image');
    const run = taskRun(snapshot, { task: 'custom-command', params: recipe });
    await expect(performTask({ ...run, folder })).rejects.toMatchObject({
      code: 'COMMAND_OF_AN_IMAGE',
      exit: EXIT.configuration,
    });
  });

  it('filled in once is filled in for good', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 1 }).filter((word) => !word.includes('\0')),
          { minLength: 1, maxLength: 5 },
        ),
        fc.integer({ min: 1, max: 1000 }),
        (command, timeoutSeconds) => {
          const once = readCommandRecipe({ ...good, command, timeoutSeconds });
          expect(readCommandRecipe(once)).toEqual(once);
        },
      ),
    );
  });
});

function commandOf({ job }: ReturnType<typeof runOf>): string {
  return (job.params as { command: string[] }).command[2]!;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
