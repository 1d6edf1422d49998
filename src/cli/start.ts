import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type RunningServer, startServer } from '../api/index.ts';
import { EXIT, SihwangError } from '../domain/index.ts';
import { type Home, openServingLibrary, withWriterLock } from '../lake/index.ts';
import { forecastFeed, keepForecasting, leftToRun } from '../pipeline/forecasting/index.ts';
import { buildDemo, feedsOf, hasDemo, publishIfStale } from '../pipeline/index.ts';
import { keepOrchestrating } from '../pipeline/runs/index.ts';
import { openBehind, type RecordsBehind } from '../records/index.ts';
import { DEMO_DEFAULTS, type DemoOptions, demoFeed } from '../sources/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { dailyMornings } from './daily-mornings.ts';
import { rulesOf } from './explain.ts';
import { ForecastWatch } from './forecast-watch.ts';
import type { Say } from './language.ts';
import { print, printJson, tell } from './output.ts';
import { waitMs } from './wait-option.ts';

interface StartOptions extends CommonOptions {
  readonly port?: string;
  readonly host: string;
  readonly demo: boolean;
  readonly years?: string;
  readonly items?: string;
  readonly markets?: string;
  readonly lotsPerDay?: string;
  readonly seed?: string;
  readonly wait?: string | boolean;
  readonly pipeline: boolean;
}

const DEFAULT_PORT = 7420;
const PORTS_TRIED = 100;

export function addStart(program: Command, say: Say): void {
  const { years, items, markets, lotsPerDay } = DEMO_DEFAULTS;
  withCommonOptions(program.command('start'), say)
    .description(
      say({
        ko: '없는 것을 만들고 대시보드를 열며, Ctrl-C를 누를 때까지 예측을 갱신',
        en: 'build what is missing, serve the dashboard, and keep the forecasts up to date until Ctrl-C',
      }),
    )
    .option(
      '--port <number>',
      say({
        ko: `서버의 포트 (기본 ${DEFAULT_PORT}, 쓰이고 있으면 그다음 빈 포트)`,
        en: `port to listen on (default ${DEFAULT_PORT}, or the next free one)`,
      }),
    )
    .option(
      '--host <address>',
      say({ ko: '서버가 쓸 이 컴퓨터의 루프백 주소', en: 'loopback address to listen on' }),
      '127.0.0.1',
    )
    .option('--no-demo', say({ ko: '모의 시장을 만들지 않음', en: 'do not build the simulated demo market' }))
    .option(
      '--years <number>',
      say({
        ko: `모의 시장: 내력의 햇수 (기본 ${years})`,
        en: `demo market: years of history (default ${years})`,
      }),
    )
    .option(
      '--items <number>',
      say({ ko: `모의 시장: 품목 수 (기본 ${items})`, en: `demo market: items (default ${items})` }),
    )
    .option(
      '--markets <number>',
      say({ ko: `모의 시장: 시장 수 (기본 ${markets})`, en: `demo market: markets (default ${markets})` }),
    )
    .option(
      '--lots-per-day <number>',
      say({
        ko: `모의 시장: 모든 시장의 하루 경매 건수 (기본 ${lotsPerDay})`,
        en: `demo market: lots of one day over all markets (default ${lotsPerDay})`,
      }),
    )
    .option(
      '--seed <number>',
      say({ ko: '모의 시장: 씨앗이 다르면 다른 내력', en: 'demo market: another seed is another history' }),
    )
    .option(
      '--wait [seconds]',
      say({
        ko: '다른 프로세스가 홈에 쓰는 동안 기다림',
        en: 'wait while another process is writing to the home',
      }),
    )
    .option(
      '--no-pipeline',
      say({
        ko: '대시보드 곁에서 작업, 예약, 메우기를 실행하지 않음',
        en: 'do not carry out runs, schedules and backfills beside the dashboard',
      }),
    )
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const home = homeOf(options);
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
  const library = await openServingLibrary(
    home,
    feedsOf(home).map((feed) => feed.profile),
  );
  const watch = new ForecastWatch();
  let openTheDoor = () => {};
  const doorOpen = new Promise<void>((resolve) => {
    openTheDoor = resolve;
  });
  const records = recordsBehind(home, doorOpen);
  const runs = options.pipeline ? carryOutRuns(home, records, stopped.signal) : Promise.resolve();
  const server = await listen(options, {
    library,
    progress: watch,
    runs: { records, mornings: (open) => dailyMornings(home, open) },
    explaining: { home, rulesOf: (feed) => rulesOf(home, feed) },
    webRoot: fileURLToPath(new URL('../web', import.meta.url)),
    version: (createRequire(import.meta.url)('../../package.json') as { version: string }).version,
  });
  const welcome = () => {
    announce(server, options);
    openTheDoor();
  };
  try {
    const filled = library.feeds().length > 0;
    if (filled) welcome();
    await untilStopped(stopped.signal, async () => {
      await build(home, options, filled, stopped.signal, watch);
      await library.catchUp();
      if (!filled) welcome();
      await keepForecasting(
        home,
        feedsOf(home).map((feed) => feed.profile),
        library,
        {
          signal: stopped.signal,
          leftToRun: leftToRun(home, records),
          onProgress: (feed, progress) => watch.step(feed, progress),
          onProblem: (feed, problem) =>
            tell(`  forecasts of ${feed} will be tried again: ${(problem as Error).message}`),
        },
      );
    });
  } finally {
    // its own connection to the records goes first, so that nobody is left who uses them
    stopped.abort();
    await server.close();
    await runs;
    await records.close();
  }
  tell('stopped; everything that was published is kept');
  // a build may be under way: whatever it has not committed does not exist, so nothing needs to wait for it
  process.exit(EXIT.done);
}

/** The records, started behind the first page, which needs none. */
function recordsBehind(home: Home, begin: Promise<void>): RecordsBehind {
  const records = openBehind(home, { onProgress: (line) => tell(`  ${line}`) }, begin);
  records.opened.catch((error: Error) =>
    tell(
      `  the dashboard works without its records: ${error.message}${error instanceof SihwangError ? ` → ${error.hint}` : ''}`,
    ),
  );
  return records;
}

/** Runs, schedules and backfills, from the moment that the records are there; without them the dashboard works on. */
async function carryOutRuns(home: Home, records: RecordsBehind, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  try {
    await Promise.race([records.opened, stopped]);
    if (signal.aborted) return;
    await keepOrchestrating(home, {
      signal,
      onLine: (line) => tell(`  ${line}`),
      onProblem: (problem) => tell(`  runs are taken up again: ${problem}`),
    });
  } catch (error) {
    // why the records could not be opened is told where they are opened
    if (records.now() !== null) tell(`  no runs are carried out: ${(error as Error).message}`);
  }
}

/** Resolves when the work ends or the signal comes, whichever is first. */
function untilStopped(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    work().then(resolve, (error) => (signal.aborted ? resolve() : reject(error)));
  });
}

/** The demo market on a home without it; publications that an interrupted build or an older version left behind. */
async function build(
  home: Home,
  options: StartOptions,
  filled: boolean,
  signal: AbortSignal,
  watch: ForecastWatch,
): Promise<void> {
  const began = performance.now();
  const since = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const lock = {
    command: 'start',
    // what is published can be shown meanwhile, so another build is no reason to end
    waitMs: filled ? Number.POSITIVE_INFINITY : waitMs(options.wait),
    onWait: (holder: string) => tell(`  waiting for ${holder}`),
  };
  const stale = feedsOf(home).filter((feed) => feed !== demoFeed || hasDemo(home));
  await withWriterLock(home, lock, async () => {
    for (const feed of stale)
      await publishIfStale(home, feed, (_, id) => tell(`  publishing the conditions of ${id} …`));
  });
  if (!options.demo || hasDemo(home)) return;
  tell('building the demo market (simulated, no real prices) …');
  await buildDemo(home, demoOptionsOf(options), {
    ...lock,
    onLots: (lots) => tell(`  ${since()}  ${lots.toLocaleString('en')} lots simulated`),
    onStage: (stage, detail) => {
      if (stage === 'reading' || stage === 'publishing') tell(`  ${since()}  ${stage} ${detail}`);
    },
  });
  await forecastFeed(home, demoFeed.profile, {
    only: 'headline',
    signal,
    onProgress: (progress) => watch.step(demoFeed.profile.id, progress),
  });
  tell(`  ${since()}  conditions and headline forecasts are ready; the others fill in behind`);
}

function demoOptionsOf(options: StartOptions): Partial<DemoOptions> {
  const asked: { -readonly [name in keyof DemoOptions]?: DemoOptions[name] } = {};
  for (const name of ['years', 'items', 'markets', 'lotsPerDay', 'seed'] as const) {
    if (options[name] !== undefined) asked[name] = Number(options[name]);
  }
  return asked;
}

/** The port asked for, or the first free one from the default on. */
async function listen(
  options: StartOptions,
  app: Omit<Parameters<typeof startServer>[0], 'port' | 'host'>,
): Promise<RunningServer> {
  if (options.port !== undefined)
    return startServer({ ...app, host: options.host, port: portOf(options.port) });
  for (let port = DEFAULT_PORT; ; port++) {
    try {
      return await startServer({ ...app, host: options.host, port });
    } catch (error) {
      const taken = error instanceof SihwangError && error.code === 'PORT_TAKEN';
      if (!taken || port >= DEFAULT_PORT + PORTS_TRIED) throw error;
    }
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new SihwangError('PORT_UNREADABLE', `--port is a number from 0 to 65535, not ${text}`, {
      exit: EXIT.usage,
      hint: 'Leave --port out to take the next free one.',
    });
  }
  return port;
}

function announce(server: RunningServer, options: StartOptions): void {
  if (options.json) printJson({ address: server.address, port: server.port, pid: process.pid });
  else
    print(
      `\n  Sihwang 시황  →  ${server.address}\n  (this machine only; Ctrl-C stops it, everything is kept)\n`,
    );
}
