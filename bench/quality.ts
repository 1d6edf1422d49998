/**
 * What the quality rules catch, on real files with faults put in by a fixed seed, and what they cost a publication.
 * Thresholds were chosen on data before 2023; faults are injected into days from 2023 on, one kind at a time.
 * Run: node scripts/run-ts.mjs bench/quality.ts [faults|rejected|cost|eye [reason]] — prints JSON; data from SIHWANG_TEST_DATA.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { FeedProfile } from '../src/domain/index.ts';
import {
  type Home,
  openHome,
  publishConditions,
  readHeaderLine,
  takeIn,
  withWriterLock,
} from '../src/lake/index.ts';
import { conditionTables } from '../src/market/index.ts';
import {
  demoFeed,
  demoOptions,
  type Feed,
  feedById,
  handOver,
  recogniseShape,
  simulate,
} from '../src/sources/index.ts';

const DATA = process.env.SIHWANG_TEST_DATA ?? '../shared/data';
const SCORED_FROM = '2023-01-01';
const FAULTS_PER_KIND = 200;
const folder = mkdtempSync(join(tmpdir(), 'sihwang-quality-'));
let homes = 0;

type Cells = string[];
type Verdict = 'rejected' | 'aggregate' | 'flagged' | 'left-out' | 'warned' | 'none';

/** The same numbers every time. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

interface Published {
  readonly home: Home;
  readonly profile: FeedProfile;
  readonly clean: string;
  readonly serving: string;
}

async function publish(feed: Feed, text: string): Promise<Published> {
  const home = openHome(join(folder, `home-${homes++}`));
  mkdirSync(join(folder, 'files'), { recursive: true });
  const path = join(folder, 'files', 'table.csv');
  writeFileSync(path, text);
  return withWriterLock(home, { command: 'bench' }, async () => {
    const shape = recogniseShape(feed, readHeaderLine(path))!;
    const { commit } = await takeIn(home, handOver(feed, shape), path);
    const { file } = await publishConditions(home, feed.profile, conditionTables(feed.profile));
    return {
      home,
      profile: feed.profile,
      clean: home.at('clean', feed.profile.id, commit.clean),
      serving: home.at('serving', file),
    };
  });
}

async function ask(sql: string, serving: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.run(`attach '${serving}' as s (read_only)`);
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson() as Record<string, unknown>[];
  instance.closeSync();
  return rows;
}

const SAME_SERIES = ['item_code', 'variety', 'grade', 'package', 'market_code', 'method', 'price_kind']
  .map((name) => `coalesce(c.${name}, '') = x.${name}`)
  .join(' and ');

/** What became of each row of a file, by its place. */
async function verdicts({ clean, serving }: Published): Promise<{ verdict: Verdict; reason: string }[]> {
  const rows = await ask(
    `select c.place, case when c.outcome in ('rejected', 'aggregate') then c.outcome::varchar when c.outcome = 'flagged' then 'flagged'
         when l.reason is not null then 'left-out' when w.reason is not null or m.reason is not null then 'warned' else 'none' end as verdict,
       coalesce(c.reason::varchar, l.reason, w.reason, m.reason, '') as reason
     from (select *, file_row_number as place from read_parquet('${clean}', file_row_number = true)) c
     left join s.series x on ${SAME_SERIES}
     left join s.left_out l on l.series_id = x.series_id and l.day = c.market_day
     left join (select series_id, day, min(reason) as reason from s.warned where series_id is not null group by all) w
       on w.series_id = x.series_id and w.day = c.market_day
     left join (select price_kind, market_code, day, min(reason) as reason from s.warned where series_id is null group by all) m
       on m.price_kind = x.price_kind and m.market_code = x.market_code and m.day = c.market_day
     order by c.place`,
    serving,
  );
  return rows.map((row) => ({ verdict: row.verdict as Verdict, reason: row.reason as string }));
}

interface Table {
  readonly feed: Feed;
  readonly header: string;
  readonly rows: readonly Cells[];
  /** Columns of prices, the day's own price first, of the kg, and what makes a series. */
  readonly prices: readonly number[];
  readonly volume: number;
  readonly series: readonly number[];
  readonly market: number | null;
}

function table(
  id: string,
  path: string,
  columns: Pick<Table, 'prices' | 'volume' | 'series' | 'market'>,
): Table {
  const [header, ...lines] = readFileSync(join(DATA, path), 'utf8').trimEnd().split(/\r?\n/);
  return { feed: feedById(id)!, header: header!, rows: lines.map((line) => line.split(',')), ...columns };
}

type Inject = (rows: Cells[], at: number, table: Table, next: readonly number[]) => number[];

const scaled =
  (times: number): Inject =>
  (rows, at, { prices }) => {
    for (const column of prices) rows[at]![column] = (Number(rows[at]![column]) * times).toFixed(2);
    return [at];
  };

/** The week of a series from a row on. */
const week =
  (change: (row: Cells, first: Cells, table: Table) => void): Inject =>
  (rows, at, of, next) => {
    const places = [at, ...next.slice(0, 5)];
    const first = [...rows[at]!];
    for (const place of places) change(rows[place]!, first, of);
    return places;
  };

const KINDS: Readonly<Record<string, Inject>> = {
  'price ×10': scaled(10),
  'price ÷10': scaled(0.1),
  'price ×2': scaled(2),
  'price +30 %': scaled(1.3),
  'low and high swapped': (rows, at, { prices }) => {
    const [, high, , low] = prices;
    if (high === undefined || low === undefined) return [];
    [rows[at]![high], rows[at]![low]] = [rows[at]![low]!, rows[at]![high]!];
    return [at];
  },
  'unit ×10 for a week': week((row, _, { prices }) => {
    for (const column of prices) row[column] = (Number(row[column]) * 10).toFixed(2);
  }),
  'unit ×0.6 for a week': week((row, _, { prices }) => {
    for (const column of prices) row[column] = (Number(row[column]) * 0.6).toFixed(2);
  }),
  'stuck for a week': week((row, first, { prices, volume }) => {
    for (const column of [...prices, volume]) row[column] = first[column]!;
  }),
  'volume 0': (rows, at, { volume }) => {
    rows[at]![volume] = '0';
    return [at];
  },
  'volume ×100': (rows, at, { volume }) => {
    rows[at]![volume] = String(Number(rows[at]![volume]) * 100);
    return [at];
  },
  'price and volume in each other’s column': (rows, at, { prices, volume }) => {
    const price = prices[0]!;
    [rows[at]![price], rows[at]![volume]] = [rows[at]![volume]!, rows[at]![price]!];
    return [at];
  },
};

/** Rows that later rows of the series follow, and those that were sound before anything was put in. */
function placesOf(of: Table, sound: readonly boolean[]) {
  const bySeries = new Map<string, number[]>();
  of.rows.forEach((row, place) => {
    const key = of.series.map((column) => row[column]).join('|');
    bySeries.set(key, [...(bySeries.get(key) ?? []), place]);
  });
  const next = new Map<number, readonly number[]>();
  for (const places of bySeries.values())
    for (const [index, place] of places.entries()) next.set(place, places.slice(index + 1, index + 6));
  const candidates = of.rows.flatMap((row, place) =>
    row[0]! >= SCORED_FROM && sound[place] && next.get(place)!.length === 5 ? [place] : [],
  );
  return { next, candidates };
}

/** Whole market days that are replaced by the figures of the day before. */
function repeatDays(rows: Cells[], of: Table, draw: () => number): number[] {
  const marketOf = (row: Cells) => (of.market === null ? '' : row[of.market]!);
  const days = new Map<string, number[]>();
  rows.forEach((row, place) => {
    const key = `${marketOf(row)}|${row[0]}`;
    days.set(key, [...(days.get(key) ?? []), place]);
  });
  const keys = [...days.keys()].sort();
  const changed: number[] = [];
  for (let index = 1; index < keys.length; index++) {
    const [market, day] = keys[index]!.split('|');
    const [before] = keys[index - 1]!.split('|');
    if (market !== before || day! < SCORED_FROM || draw() > 0.05) continue;
    const earlier = days.get(keys[index - 1]!)!.map((place) => [...rows[place]!]);
    for (const place of days.get(keys[index]!)!) {
      const same = earlier.find((row) => of.series.every((column) => row[column] === rows[place]![column]));
      if (!same) continue;
      for (const column of [...of.prices, of.volume]) rows[place]![column] = same[column]!;
      changed.push(place);
    }
  }
  return changed;
}

async function score(of: Table) {
  const text = (rows: readonly Cells[]) => `${[of.header, ...rows.map((row) => row.join(','))].join('\n')}\n`;
  const clean = await verdicts(await publish(of.feed, text(of.rows)));
  const { next, candidates } = placesOf(
    of,
    clean.map(({ verdict }) => verdict === 'none' || verdict === 'warned'),
  );
  const result: Record<string, unknown>[] = [];
  for (const kind of [...Object.keys(KINDS), 'day sent twice']) {
    const draw = chances(20230101);
    const rows = of.rows.map((row) => [...row]);
    const injected = new Set<number>();
    if (kind === 'day sent twice') for (const place of repeatDays(rows, of, draw)) injected.add(place);
    else
      for (let count = 0; count < FAULTS_PER_KIND; count++) {
        const at = candidates[Math.floor(draw() * candidates.length)]!;
        if ([at, ...next.get(at)!].some((place) => injected.has(place))) continue;
        for (const place of KINDS[kind]!(rows, at, of, next.get(at)!)) injected.add(place);
      }
    if (injected.size === 0) continue;
    const seen = await verdicts(await publish(of.feed, text(rows)));
    const out = ({ verdict }: { verdict: Verdict }) =>
      verdict === 'rejected' || verdict === 'flagged' || verdict === 'left-out';
    const within = [...injected].map((place) => seen[place]!);
    const hits = within.filter(out);
    // what the untouched file has flagged already, and trickle days, are no alarm of this fault
    const alarms = seen.filter(
      (one, place) =>
        !injected.has(place) && of.rows[place]![0]! >= SCORED_FROM && out(one) && !out(clean[place]!),
    );
    const standing = clean.filter(
      (one, place) =>
        of.rows[place]![0]! >= SCORED_FROM &&
        !injected.has(place) &&
        one.verdict === 'left-out' &&
        one.reason !== 'trickle',
    );
    const reasons: Record<string, number> = {};
    for (const { reason } of within) if (reason) reasons[reason] = (reasons[reason] ?? 0) + 1;
    result.push({
      fault: kind,
      rows: injected.size,
      recallOut: share(hits.length, injected.size),
      recallOutOrWarned: share(within.filter(({ verdict }) => verdict !== 'none').length, injected.size),
      precisionOut: share(hits.length, hits.length + alarms.length + standing.length),
      newFalseAlarms: alarms.length,
      standingFlags: standing.length,
      reasons,
    });
  }
  return result;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Number((part / whole).toFixed(3));
}

const SLUGS: Readonly<Record<string, string>> = {
  'Arecanut(Betelnut/Supari)': 'arecanut',
  'Black pepper': 'black-pepper',
  Coconut: 'coconut',
  Copra: 'copra',
};

/** The rows that others refused, put behind the accepted ones in the feed's own columns. */
async function othersRejected() {
  const accepted = readFileSync(join(DATA, 'india-malabar/malabar_mandi_prices.csv'), 'utf8').trimEnd();
  const first = accepted.split('\n').length - 1;
  const theirs: { reason: string; line: string }[] = [];
  for (const file of ['quarantine_2026-07.csv', 'quarantine_2026-08.csv'])
    for (const line of readFileSync(join(DATA, 'india-malabar', file), 'utf8')
      .trimEnd()
      .split(/\r?\n/)
      .slice(1)) {
      const [at, reason, source] = line.split(',');
      const cell = (name: string) => {
        const found = new RegExp(`'${name}': (?:'([^']*)'|""([^"]*)""|([^,}]+))`).exec(line);
        return (found?.[1] ?? found?.[2] ?? found?.[3] ?? '').trim();
      };
      // the state survey writes its days the other way round
      const date = cell('date') || cell('arrival_date').split('/').reverse().join('-');
      const commodity = cell('commodity');
      const cells = [
        date,
        ...[
          cell('district'),
          cell('market'),
          SLUGS[commodity] ?? cell('commodity_slug'),
          cell('variety'),
          cell('grade'),
        ],
        ...[cell('min_price'), cell('max_price'), cell('modal_price'), 'Rs/quintal', source!, at!],
      ];
      theirs.push({ reason: reason!, line: cells.map((one) => one.replaceAll(',', ' ')).join(',') });
    }
  const published = await publish(
    feedById('india-agmarknet')!,
    `${[accepted, ...theirs.map(({ line }) => line)].join('\n')}\n`,
  );
  const seen = (await verdicts(published)).slice(first);
  const byReason: Record<string, Record<string, number>> = {};
  theirs.forEach(({ reason }, index) => {
    const { verdict, reason: ours } = seen[index]!;
    byReason[reason] ??= {};
    const said = verdict === 'none' ? 'accepted' : `${verdict}: ${ours}`;
    byReason[reason]![said] = (byReason[reason]![said] ?? 0) + 1;
  });
  const caught = seen.filter(({ verdict }) => verdict !== 'none' && verdict !== 'warned').length;
  return { rows: theirs.length, caught, recall: share(caught, theirs.length), byReason };
}

/** Fifty prices that were left out, for one reason or any, with what stands around them, to be judged by a person. */
async function forTheEye(reason: string | undefined) {
  const { serving } = await publish(
    feedById('india-agmarknet')!,
    readFileSync(join(DATA, 'india-malabar/malabar_mandi_prices.csv'), 'utf8'),
  );
  const rows = await ask(
    `with ranked as (
       select series_id, day, price, low, high, list(price) over (partition by series_id order by day rows between 5 preceding and 1 preceding) as before,
              list(price) over (partition by series_id order by day rows between 1 following and 4 following) as after from s.daily where price > 0)
     select x.item_code, x.market_code, x.variety, cast(day as varchar) as day, l.reason, round(r.price) as price, round(r.low) as low, round(r.high) as high,
            list_transform(r.before, lambda v: round(v))::varchar as before, list_transform(r.after, lambda v: round(v))::varchar as after
     from s.left_out l join ranked r using (series_id, day) join s.series x using (series_id)
     where ${reason === undefined ? 'true' : `l.reason = '${reason}'`} order by hash(x.series, day) limit 50`,
    serving,
  );
  const [total] = await ask(
    'select (select count(*) from s.left_out)::integer as left_out, (select count(*) from s.daily where price > 0)::integer as prices',
    serving,
  );
  return { ...total, rows };
}

/** CPU seconds of a publication with the standard rules and with the feed's own, the best of five, taken in turns. */
async function cost() {
  const result: Record<string, unknown>[] = [];
  const chunks: Buffer[] = [];
  let named = '';
  for (const { fileName, chunk } of simulate(demoOptions({ lotsPerDay: 420 }))) {
    chunks.push(Buffer.from(chunk.subarray(named !== '' && named !== fileName ? chunk.indexOf(10) + 1 : 0)));
    named = fileName;
  }
  const files: readonly (readonly [Feed, string])[] = [
    [feedById('japan-maff')!, readFileSync(join(DATA, 'japan-maff/dev_2016_2024.csv'), 'utf8')],
    [
      feedById('taiwan-amis')!,
      readFileSync(join(DATA, 'taiwan-amis/taiwan_amis_daily_2015_2025.csv'), 'utf8'),
    ],
    [
      feedById('india-agmarknet')!,
      readFileSync(join(DATA, 'india-malabar/malabar_mandi_prices.csv'), 'utf8'),
    ],
    [demoFeed, Buffer.concat(chunks).toString('utf8')],
  ];
  for (const [feed, text] of files) {
    const { home } = await publish(feed, text);
    const { pastRules: _, ...standard } = feed.profile;
    const best = { standard: Number.POSITIVE_INFINITY, own: Number.POSITIVE_INFINITY };
    for (let round = 0; round < 5; round++)
      for (const [name, profile] of [
        ['standard', standard],
        ['own', feed.profile],
      ] as const) {
        const before = process.cpuUsage();
        await withWriterLock(home, { command: 'bench' }, () =>
          publishConditions(home, profile, conditionTables(profile)),
        );
        const { user, system } = process.cpuUsage(before);
        best[name] = Math.min(best[name], (user + system) / 1e6);
      }
    result.push({
      feed: feed.profile.id,
      standardCpuSeconds: Number(best.standard.toFixed(2)),
      ownCpuSeconds: Number(best.own.toFixed(2)),
      ratio: Number((best.own / best.standard).toFixed(2)),
    });
  }
  return result;
}

const PARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  faults: async () => ({
    'japan-maff': await score(
      table('japan-maff', 'japan-maff/dev_2016_2024.csv', {
        prices: [4],
        volume: 3,
        series: [1],
        market: null,
      }),
    ),
    'taiwan-amis': await score(
      table('taiwan-amis', 'taiwan-amis/taiwan_amis_daily_2015_2025.csv', {
        prices: [7, 4, 5, 6],
        volume: 8,
        series: [1, 3],
        market: 1,
      }),
    ),
  }),
  rejected: othersRejected,
  cost,
  eye: () => forTheEye(process.argv[3]),
};

try {
  const wanted = process.argv.slice(2);
  for (const [name, part] of Object.entries(PARTS))
    if (wanted.length === 0 ? name !== 'eye' : wanted.includes(name))
      console.log(JSON.stringify({ [name]: await part() }, null, 1));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
