import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer } from '../../src/api/index.ts';
import { cleanRowsSql } from '../../src/lake/clean-rows.ts';
import { openDatabase, queryOne } from '../../src/lake/database.ts';
import { openHome, openServingLibrary, readCommits } from '../../src/lake/index.ts';
import { feedById } from '../../src/sources/index.ts';
import { lotServer, PAGES_A_DAY } from './lot-server.ts';
import { seeded } from './random.ts';

const ACTIONS = ['ingest', 'publish', 'fetch'] as const;
type Action = (typeof ACTIONS)[number];

/** A feed of which every day is the same few rows, so that any number of days has one right answer. */
interface Source {
  readonly id: string;
  readonly series: string;
  readonly firstDay: string;
  readonly rowsADay: number;
  /** The columns by which two rows are one. */
  readonly key: string;
  readonly priceOf: (dayNumber: number) => number;
}

const FILED: Source = {
  id: 'japan-maff',
  series: 'japan-maff~wholesale-reported~JPY~30100~~~~1~kg~pooled~',
  firstDay: '2024-01-01',
  rowsADay: 3,
  key: 'market_day, item_code',
  priceOf: (dayNumber) => 100 + (dayNumber % 7),
};
const ASKED: Source = {
  id: 'at-origin',
  series:
    'at-origin~auction~KRW~10-01~10-01-05~%ED%8A%B9~%EA%B7%B8%EB%AC%BC%EB%A7%9D~10~kg~110001~%EA%B2%BD%EB%A7%A4',
  firstDay: '2026-07-06',
  rowsADay: 5,
  key: 'market_day, corporation, lot',
  priceOf: () => 810,
};
const SOURCES = [FILED, ASKED] as const;
/** A home is left for a new one when a feed has so many days, so that the work stays small. */
const DAYS_A_HOME = 12;
/** So often that every swap of the published files has readers, so seldom that the writers get on. */
const READER_PAUSE_MS = 150;
/** Calls that may be under way at the moment of a death. */
const IN_FLIGHT = feedById(ASKED.id)!.connector!.manners.parallel;

/** What many kills came to. */
export interface KillFigures {
  readonly kills: number;
  readonly killsByAction: Readonly<Record<string, number>>;
  /** What the process had last said that it was doing. */
  readonly killsByStage: Readonly<Record<string, number>>;
  /** Runs that ended by themselves and were acknowledged. */
  readonly finished: number;
  readonly homes: number;
  /** Answers of the server that were looked at while the writers were at work and dying. */
  readonly answersRead: number;
  readonly seconds: number;
  /** Sentences; all of them empty when the promise holds. */
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly torn: readonly string[];
  readonly failed: readonly string[];
}

interface Standing {
  acknowledged: number;
  committed: number;
  published: number;
}

/**
 * Kills processes that ingest, publish and fetch at random moments, while a server serves the same home, and compares
 * after each death the lake and every answer with what may be there. The same seed gives the same order of work; the
 * moments depend on the machine.
 */
export async function killAtRandom(folder: string, kills: number, seed: number): Promise<KillFigures> {
  const random = seeded(seed);
  const source = await lotServer();
  const environment = { ...process.env, DATA_GO_KR_KEY: 'false-key', SIHWANG_ORIGINS: source.origins };
  const workers = [readyWorker(environment), readyWorker(environment)];
  const instance = await openDatabase({ threads: 1 });
  const database = await instance.connect();
  const problems = {
    lost: [] as string[],
    doubled: [] as string[],
    torn: [] as string[],
    failed: [] as string[],
  };
  const killsByAction: Record<string, number> = {};
  const killsByStage: Record<string, number> = {};
  const usualMs = { ingest: 0, publish: 0, fetch: 0 };
  const began = performance.now();
  let done = 0;
  let finished = 0;
  let homes = 0;
  let answersRead = 0;

  while (done < kills) await inOneHome();
  for (const worker of workers) worker.child.kill('SIGKILL');
  instance.closeSync();
  await source.close();
  const seconds = Math.round((performance.now() - began) / 1000);
  return { kills: done, killsByAction, killsByStage, finished, homes, answersRead, seconds, ...problems };

  async function inOneHome(): Promise<void> {
    homes += 1;
    source.calls.length = 0;
    const path = join(folder, `home-${homes}`);
    const home = openHome(path);
    const standing = new Map(SOURCES.map(({ id }) => [id, { acknowledged: 0, committed: 0, published: 0 }]));
    const wrong = (kind: keyof typeof problems, what: string) =>
      problems[kind].push(`seed ${seed}, kill ${done}: ${what}`);
    let fetchKills = 0;

    const run = async (action: Action, of: Source, mayDie: boolean): Promise<void> => {
      const state = standing.get(of.id)!;
      const number = state.acknowledged + 1;
      const word = { action, home: path, feed: of.id, ...(await inputOf(action, of, number)) };
      const worker = workers.shift()!;
      workers.push(readyWorker(environment));
      await worker.ready;
      // a little more than the usual time, so that some come to their end
      const delayMs = mayDie ? random() * usualMs[action] * 1.1 : undefined;
      const ended = await worker.run(word, delayMs);
      if (ended.killed) {
        done += 1;
        killsByAction[action] = (killsByAction[action] ?? 0) + 1;
        killsByStage[ended.stage] = (killsByStage[ended.stage] ?? 0) + 1;
        if (action === 'fetch') fetchKills += 1;
      } else if (ended.failed) wrong('failed', `${action} of ${of.id}: ${ended.failed}`);
      else {
        finished += 1;
        if (action !== 'publish') state.acknowledged = number;
        usualMs[action] = usualMs[action] === 0 ? ended.ms : 0.8 * usualMs[action] + 0.2 * ended.ms;
      }
      const acknowledged = !ended.killed && !ended.failed;
      await checkLake(of, state, action, acknowledged);
      await library.catchUp();
      for (const one of SOURCES) {
        const answer = await look(one, standing.get(one.id)!);
        if (acknowledged && one === of && answer !== state.committed)
          wrong(
            'lost',
            `${action} of ${of.id} ended well and ${answer} of ${state.committed} days are served`,
          );
      }
    };

    const checkLake = async (of: Source, state: Standing, action: Action, acknowledged: boolean) => {
      const commits = readCommits(home, of.id);
      const counted =
        commits.length === 0
          ? { rows: 0, keys: 0, days: 0 }
          : ((await queryOne(
              database,
              `select count(*)::int as rows, count(distinct (${of.key}))::int as keys, count(distinct market_day)::int as days
              from (${cleanRowsSql(home, of.id, commits)})`,
            )) as { rows: number; keys: number; days: number });
      const held = JSON.stringify(counted);
      const least = Math.max(state.committed, state.acknowledged);
      const most = Math.max(least, action === 'publish' ? 0 : state.acknowledged + (acknowledged ? 0 : 1));
      if (counted.days < least || counted.keys < least * of.rowsADay)
        wrong('lost', `${of.id} had ${least} days and holds ${held}`);
      if (counted.rows > counted.keys) wrong('doubled', `${of.id} holds ${held}`);
      if (counted.days > most || counted.keys % of.rowsADay !== 0)
        wrong('torn', `${of.id} may have ${least} to ${most} days and holds ${held}`);
      state.committed = counted.days;
    };

    /** The days that the server's answers show; what cannot be so is written down. */
    const look = async (of: Source, state: Standing): Promise<number> => {
      const before = state.published;
      const [board, series] = await Promise.all([
        fetch(`${server.address}/api/v1/board?feed=${of.id}&scope=all`),
        fetch(`${server.address}/api/v1/series.csv?series=${encodeURIComponent(of.series)}`),
      ]);
      answersRead += 2;
      if (before === 0 && (board.status === 404 || series.status === 404)) return 0;
      if (!board.ok || !series.ok) {
        wrong('torn', `${of.id} is answered with ${board.status} and ${series.status}`);
        return before;
      }
      const shown = pricesOf(await series.text());
      const right = shown.every(
        ([day, price], at) => day === dayOf(of, at + 1) && Math.abs(price - of.priceOf(at + 1)) < 1e-6,
      );
      if (!right || shown.length < before)
        wrong('torn', `${of.id} had ${before} days and shows ${JSON.stringify(shown)}`);
      const { meta, rows } = (await board.json()) as {
        meta: { day: string };
        rows: { series: string; price: number }[];
      };
      const number = Math.round((Date.parse(meta.day) - Date.parse(of.firstDay)) / 86_400_000) + 1;
      const price = rows.find((row) => row.series === of.series)?.price;
      if (number < before || price === undefined || Math.abs(price - of.priceOf(number)) > 1e-6)
        wrong('torn', `${of.id}'s board of ${meta.day} says ${price} after ${before} days`);
      state.published = Math.max(state.published, Math.min(number, shown.length));
      return shown.length;
    };

    const inputOf = async (action: Action, of: Source, number: number) => {
      if (action === 'fetch') return { day: dayOf(of, number) };
      if (action === 'publish') return {};
      const file = join(folder, `day-${number}.csv`);
      writeFileSync(file, dayTable(of, number));
      return { file };
    };

    mkdirSync(path, { recursive: true });
    const library = await openServingLibrary(
      home,
      SOURCES.map(({ id }) => feedById(id)!.profile),
    );
    const server = await startServer({ library, webRoot: join(folder, 'no-pages'), version: '0', port: 0 });
    let over = false;
    const readers = (async () => {
      while (!over) {
        await pause(READER_PAUSE_MS);
        for (const of of SOURCES) if (!over) await look(of, standing.get(of.id)!);
      }
    })();
    try {
      await run('ingest', FILED, false);
      await run('fetch', ASKED, false);
      await run('publish', FILED, false);
      while (done < kills && SOURCES.every(({ id }) => standing.get(id)!.acknowledged < DAYS_A_HOME)) {
        const action = ACTIONS[Math.floor(random() * ACTIONS.length)]!;
        const published = random() < 0.5 ? FILED : ASKED;
        await run(action, { ingest: FILED, fetch: ASKED, publish: published }[action], true);
      }
      // what the last death left behind is made up for by the next ordinary run
      await run('ingest', FILED, false);
      await run('fetch', ASKED, false);
      const days = standing.get(ASKED.id)!.acknowledged;
      if (source.calls.length > days * PAGES_A_DAY + fetchKills * IN_FLIGHT)
        wrong('doubled', `${source.calls.length} calls for ${days} days and ${fetchKills} kills of a fetch`);
    } finally {
      over = true;
      await readers;
      await server.close();
      await library.close();
    }
    if (Object.values(problems).every((found) => found.length === 0)) rmSync(path, { recursive: true });
    else done = Math.max(done, kills);
  }
}

function dayOf({ firstDay }: Source, dayNumber: number): string {
  return new Date(Date.parse(firstDay) + (dayNumber - 1) * 86_400_000).toISOString().slice(0, 10);
}

/** One day in the form of Japan's daily publication. */
function dayTable(of: Source, dayNumber: number): string {
  const day = dayOf(of, dayNumber);
  const lines = ['30100', '30300', '31100'].map(
    (code, at) => `${day},${code},野菜${at},100000.0,${of.priceOf(dayNumber) + at * 20}.0`,
  );
  return `date,item_code,item,volume_kg,price_jpy_per_kg\n${lines.join('\n')}\n${day},30000,野菜総計,300000.0,120.0\n`;
}

/** Days with a price. */
function pricesOf(csv: string): [day: string, price: number][] {
  const [header = '', ...lines] = csv
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/);
  // a name may be quoted for a comma in it; no cell here holds a quote of its own
  const cellsOf = (line: string) => line.replace(/"[^"]*"/g, '').split(',');
  const names = header.split(',');
  const [dayAt, priceAt] = [names.findIndex((name) => /^(day|date)$/.test(name)), names.indexOf('price')];
  return lines
    .map(cellsOf)
    .filter((cells) => cells[priceAt])
    .map((cells) => [cells[dayAt]!, Number(cells[priceAt])]);
}

interface Ended {
  readonly killed: boolean;
  readonly stage: string;
  readonly failed?: string;
  readonly ms: number;
}

interface Worker {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  run(word: object, killAfterMs: number | undefined): Promise<Ended>;
}

function readyWorker(env: NodeJS.ProcessEnv): Worker {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill-worker.mjs')], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let stage = 'opening';
  let finished = false;
  let failed: string | undefined;
  let began = 0;
  let lastedMs = 0;
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message: { ready?: true; stage?: string; done?: true; failed?: string }) => {
      if (message.ready) resolve();
      if (message.stage) stage = message.stage;
      if (message.done || message.failed) lastedMs = performance.now() - began;
      if (message.done) finished = true;
      if (message.failed) failed = message.failed;
    });
  });
  const ended = new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? code)),
  );
  return {
    child,
    ready,
    run: async (word, killAfterMs) => {
      began = performance.now();
      child.send(word);
      const timer =
        killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      const how = await ended;
      clearTimeout(timer);
      if (!finished && !failed && how !== 'SIGKILL') failed = `ended with ${how}`;
      return { killed: how === 'SIGKILL' && !finished, stage, ms: lastedMs, ...(failed ? { failed } : {}) };
    },
  };
}
