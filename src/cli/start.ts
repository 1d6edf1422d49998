import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type RunningServer, startServer } from '../api/index.ts';
import { EXIT, SihwangError, saidBy } from '../domain/index.ts';
import { type Home, openServingLibrary, type ServingLibrary, withWriterLock } from '../lake/index.ts';
import { board } from '../market/index.ts';
import { forecastFeed, keepForecasting, leftToRun } from '../pipeline/forecasting/index.ts';
import { buildDemo, feedsOf, hasDemo, publishIfStale } from '../pipeline/index.ts';
import { keepOrchestrating } from '../pipeline/runs/index.ts';
import { openBehind, type RecordsBehind } from '../records/index.ts';
import { DEMO_DEFAULTS, type DemoOptions, demoFeed } from '../sources/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { dailyMornings } from './daily-mornings.ts';
import { rulesOf } from './explain.ts';
import { ForecastWatch } from './forecast-watch.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { print, printJson, tell } from './output.ts';
import { tellStage } from './stages.ts';
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
  const say = sayIn(languageOf(options));
  const home = homeOf(options);
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
  const library = await openServingLibrary(
    home,
    feedsOf(home).map((feed) => feed.profile),
  );
  const watch = new ForecastWatch(say);
  let openTheDoor = () => {};
  const doorOpen = new Promise<void>((resolve) => {
    openTheDoor = resolve;
  });
  const records = recordsBehind(home, doorOpen, say);
  const runs = options.pipeline ? carryOutRuns(home, records, stopped.signal, say) : Promise.resolve();
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
    askBoardsAhead(library);
  };
  try {
    const filled = library.feeds().length > 0;
    if (filled) welcome();
    await untilStopped(stopped.signal, async () => {
      await tellOtherLayouts(library, say);
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
            tell(
              say({
                ko: `  ${feed}의 예측을 나중에 다시 합니다: ${(problem as Error).message}`,
                en: `  forecasts of ${feed} will be tried again: ${(problem as Error).message}`,
              }),
            ),
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
  tell(
    say({
      ko: '멈췄습니다. 공표된 것은 모두 남습니다',
      en: 'stopped; everything that was published is kept',
    }),
  );
  // a build may be under way: whatever it has not committed does not exist, so nothing needs to wait for it
  process.exit(EXIT.done);
}

/** The records, started behind the first page, which needs none. */
function recordsBehind(home: Home, begin: Promise<void>, say: Say): RecordsBehind {
  const records = openBehind(home, { onProgress: (line) => tell(`  ${say(line)}`) }, begin);
  records.opened.catch((error: Error) => {
    const known = error instanceof SihwangError;
    const told = {
      ko: known ? `${error.ko.message} → ${error.ko.hint}` : error.message,
      en: known ? `${error.message} → ${error.hint}` : error.message,
    };
    tell(
      say({
        ko: `  대시보드는 기록 없이 돕니다: ${told.ko}`,
        en: `  the dashboard works without its records: ${told.en}`,
      }),
    );
  });
  return records;
}

/** Runs, schedules and backfills, from the moment that the records are there; without them the dashboard works on. */
async function carryOutRuns(
  home: Home,
  records: RecordsBehind,
  signal: AbortSignal,
  say: Say,
): Promise<void> {
  const stopped = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  try {
    await Promise.race([records.opened, stopped]);
    if (signal.aborted) return;
    await keepOrchestrating(home, {
      signal,
      onLine: (line) => tell(`  ${say(line)}`),
      onProblem: (problem) =>
        tell(
          say({
            ko: `  작업을 다시 이어받습니다: ${problem.ko}`,
            en: `  runs are taken up again: ${problem.en}`,
          }),
        ),
    });
  } catch (error) {
    // why the records could not be opened is told where they are opened
    if (records.now() === null) return;
    const { ko, en } = saidBy(error);
    tell(say({ ko: `  작업을 실행하지 않습니다: ${ko}`, en: `  no runs are carried out: ${en}` }));
  }
}

/** Resolves when the work ends or the signal comes, whichever is first. */
function untilStopped(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    work().then(resolve, (error) => (signal.aborted ? resolve() : reject(error)));
  });
}

/** The first board of a version takes ten times as long as those after it, so it is asked before anybody does. */
function askBoardsAhead(library: ServingLibrary): void {
  // whoever asks the same meets the same error, and is told
  const ask = (feed: string) => void library.read(feed, (reader) => board(reader, {})).catch(() => {});
  for (const feed of library.feeds()) ask(feed);
  library.onChange(ask);
}

/** Why some pages may not answer until a publication has ended. */
async function tellOtherLayouts(library: ServingLibrary, say: Say): Promise<void> {
  for (const feed of library.feeds()) {
    if (!(await library.read(feed, async ({ isOfAnotherLayout }) => isOfAnotherLayout))) continue;
    tell(
      say({
        ko: `  ${feed}의 시황은 다른 버전이 공표했습니다. 다시 공표하며, 그때까지 답하지 못하는 화면이 있습니다`,
        en: `  the conditions of ${feed} were published by another version; they are published again, and until then some pages cannot answer`,
      }),
    );
  }
}

/** The demo market on a home without it; publications that an interrupted build or an older version left behind. */
async function build(
  home: Home,
  options: StartOptions,
  filled: boolean,
  signal: AbortSignal,
  watch: ForecastWatch,
): Promise<void> {
  const language = languageOf(options);
  const say = sayIn(language);
  const began = performance.now();
  const since = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const lock = {
    command: 'start',
    // what is published can be shown meanwhile, so another build is no reason to end
    waitMs: filled ? Number.POSITIVE_INFINITY : waitMs(options.wait),
    onWait: (holder: string) => tell(say({ ko: `  기다림: ${holder}`, en: `  waiting for ${holder}` })),
  };
  const stale = feedsOf(home).filter((feed) => feed !== demoFeed || hasDemo(home));
  await withWriterLock(home, lock, async () => {
    for (const feed of stale) await publishIfStale(home, feed, tellStage(language, '  '));
  });
  if (!options.demo || hasDemo(home)) return;
  tell(
    say({
      ko: '모의 시장을 만듭니다 (시뮬레이션, 실제 가격이 아님) …',
      en: 'building the demo market (simulated, no real prices) …',
    }),
  );
  await buildDemo(home, demoOptionsOf(options), {
    ...lock,
    onLots: (lots) => {
      const count = lots.toLocaleString('en');
      tell(`  ${since()}  ${say({ ko: `경매 ${count}건 시뮬레이션`, en: `${count} lots simulated` })}`);
    },
    onStage: (stage, detail) => {
      if (stage === 'reading' || stage === 'publishing') tellStage(language, `  ${since()}  `)(stage, detail);
    },
  });
  await forecastFeed(home, demoFeed.profile, {
    only: 'headline',
    signal,
    onProgress: (progress) => watch.step(demoFeed.profile.id, progress),
  });
  const ready = say({
    ko: '시황과 대표 예측이 준비됐습니다. 나머지는 뒤에서 채웁니다',
    en: 'conditions and headline forecasts are ready; the others fill in behind',
  });
  tell(`  ${since()}  ${ready}`);
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
    throw new SihwangError(
      'PORT_UNREADABLE',
      { ko: `--port의 값은 0에서 65535까지: ${text}`, en: `--port is a number from 0 to 65535, not ${text}` },
      {
        exit: EXIT.usage,
        hint: {
          ko: '--port를 빼면 다음 빈 포트를 씁니다.',
          en: 'Leave --port out to take the next free one.',
        },
      },
    );
  }
  return port;
}

function announce(server: RunningServer, options: StartOptions): void {
  if (options.json) printJson({ address: server.address, port: server.port, pid: process.pid });
  else
    print(
      `\n  Sihwang 시황  →  ${server.address}\n  ${sayIn(languageOf(options))({
        ko: '(이 컴퓨터에서만 열립니다. Ctrl-C로 멈추며, 모두 남습니다)',
        en: '(this machine only; Ctrl-C stops it, everything is kept)',
      })}\n`,
    );
}
