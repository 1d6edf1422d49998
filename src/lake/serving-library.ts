import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Calendars, FeedProfile, LocalDate, MarketCalendar, OutcomeCounts } from '../domain/index.ts';
import { asDamage } from './damaged.ts';
import { literal, openDatabase, queryColumns, queryOne } from './database.ts';
import type { Home } from './home.ts';
import { calendarsOf } from './home-calendars.ts';
import type { Columns, SqlValue } from './result-columns.ts';
import { readPointer, type ServingPointer } from './serving-files.ts';
import { asLayoutError, SERVING_LAYOUT } from './serving-layout.ts';

/** One published version of one feed; every query of a request goes to the same version. */
export interface ServingReader {
  readonly profile: FeedProfile;
  /** The calendar that the feed names, as this home knew it when the library was opened; undefined when it is learned. */
  readonly calendar: MarketCalendar | undefined;
  /** Whether a market announced that it rests on a day; undefined where it announced nothing for the month. */
  readonly rests: (market: string, day: LocalDate) => boolean | undefined;
  /** Conditions and forecasts, for example `demo-12.13`. */
  readonly version: string;
  readonly builtAt: string;
  readonly receivedAt: string | null;
  readonly outcomes: OutcomeCounts;
  readonly hasForecasts: boolean;
  /** Published by another version of this program: a question that its tables cannot answer says so. */
  readonly isOfAnotherLayout: boolean;
  /** Tables by their plain names, parameters as `$name`. Queries may be asked side by side. */
  query(sql: string, params?: Readonly<Record<string, SqlValue>>): Promise<Columns>;
  /** What holds for the whole version, asked once: a published version never changes. `fact` names it among all others. */
  once<T>(fact: string, ask: () => Promise<T>): Promise<T>;
}

export interface ServingLibrary {
  /** Feeds that have been published and whose profile is known, in a fixed order. */
  feeds(): readonly string[];
  /** Runs `fn` with one version of the feed for its whole duration. */
  read<T>(feed: string, fn: (reader: ServingReader) => Promise<T>): Promise<T>;
  /** Resolves when everything published so far can be read; otherwise that takes up to half a second. */
  catchUp(): Promise<void>;
  /** Calls back after a new version can be read; returns the way to stop. */
  onChange(listener: (feed: string, version: string) => void): () => void;
  close(): Promise<void>;
}

/** An attached version, detached when no request reads it any more. */
interface Edition {
  readonly feed: string;
  readonly version: string;
  readonly layout: number;
  readonly conditions: string;
  readonly forecasts: string | null;
  readonly builtAt: string;
  readonly receivedAt: string | null;
  readonly outcomes: OutcomeCounts;
  /** Connections that no query uses just now; they see this version and no other. */
  readonly idle: DuckDBConnection[];
  readonly facts: Map<string, Promise<unknown>>;
  readers: number;
  retired: boolean;
}

const POLL_MS = 500;
/**
 * A board as of a moment takes about as long with this as with twice as much, and the whole server stays within 500 MB.
 * Several at once would not find room: such questions wait for each other (they use both cores, so none is later for it).
 */
const MEMORY_LIMIT = '128MB';
/** Connections kept of one version; more are opened while more questions come at once. */
const IDLE_CONNECTIONS = 4;
/** Facts kept of one version, however many names are asked for. */
const MOST_FACTS = 5000;

/**
 * Opens the published files for reading. New versions are noticed within half a second and attached beside the old
 * ones: a request that has begun ends on the version it began with, and none ever waits or sees two.
 */
export async function openServingLibrary(
  home: Home,
  profiles: readonly FeedProfile[],
): Promise<ServingLibrary> {
  const calendars = await calendarsOf(home);
  const instance = await openDatabase({
    memoryLimit: MEMORY_LIMIT,
    tempDirectory: home.at('temp'),
    returnsMemory: true,
  });
  const control = await instance.connect();
  await lockDown(control, home);
  const library = new Library(home, profiles, calendars, instance, control);
  await library.refresh();
  library.watch();
  return library;
}

/** The server can read the serving folder and nothing else, whatever SQL it is made to run. */
async function lockDown(connection: DuckDBConnection, home: Home): Promise<void> {
  await connection.run(
    `set allowed_directories = [${literal(`${home.at('serving')}/`)}, ${literal(`${home.at('temp')}/`)}]`,
  );
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
}

class Library implements ServingLibrary {
  private readonly editions = new Map<string, Edition>();
  private readonly listeners = new Set<(feed: string, version: string) => void>();
  private readonly attached = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private seen = '';
  private refreshing: Promise<void> = Promise.resolve();
  private asOfAsked: Promise<unknown> = Promise.resolve();
  private readonly home: Home;
  private readonly profiles: ReadonlyMap<string, FeedProfile>;
  private readonly calendars: Calendars;
  private readonly instance: DuckDBInstance;
  private readonly control: DuckDBConnection;

  constructor(
    home: Home,
    profiles: readonly FeedProfile[],
    calendars: Calendars,
    instance: DuckDBInstance,
    control: DuckDBConnection,
  ) {
    this.home = home;
    this.profiles = new Map(profiles.map((profile) => [profile.id, profile]));
    this.calendars = calendars;
    this.instance = instance;
    this.control = control;
  }

  feeds(): readonly string[] {
    return [...this.profiles.keys()].filter((feed) => this.editions.has(feed));
  }

  async read<T>(feed: string, fn: (reader: ServingReader) => Promise<T>): Promise<T> {
    const edition = this.editions.get(feed);
    const profile = this.profiles.get(feed);
    if (!edition || !profile) throw new RangeError(`the feed ${feed} has not been published`);
    edition.readers++;
    try {
      return await fn({
        profile,
        calendar: this.calendars.named(profile.calendar),
        rests: (market, day) => this.calendars.rests(feed, market, day),
        version: edition.version,
        builtAt: edition.builtAt,
        receivedAt: edition.receivedAt,
        outcomes: edition.outcomes,
        hasForecasts: edition.forecasts !== null,
        isOfAnotherLayout: edition.layout !== SERVING_LAYOUT,
        query: (sql, params) =>
          params?.asOf === undefined
            ? this.query(edition, sql, params)
            : this.alone(() => this.query(edition, sql, params)),
        once: (fact, ask) => once(edition.facts, fact, ask),
      });
    } finally {
      edition.readers--;
      await this.discardIfDone(edition);
    }
  }

  /** One question as of a moment at a time: it lays out years of rows, where the others read what lies ready. */
  private alone(ask: () => Promise<Columns>): Promise<Columns> {
    const answer = this.asOfAsked.then(ask, ask);
    this.asOfAsked = answer.catch(() => {});
    return answer;
  }

  private async query(
    edition: Edition,
    sql: string,
    params?: Readonly<Record<string, SqlValue>>,
  ): Promise<Columns> {
    const connection = edition.idle.pop() ?? (await this.connectTo(edition));
    try {
      return await queryColumns(connection, sql, params);
    } catch (error) {
      throw asLayoutError(error, edition.feed, edition.layout);
    } finally {
      if (edition.idle.length < IDLE_CONNECTIONS) edition.idle.push(connection);
      else connection.closeSync();
    }
  }

  private async connectTo({ conditions, forecasts }: Edition): Promise<DuckDBConnection> {
    const connection = await this.instance.connect();
    const path = [conditions, ...(forecasts ? [forecasts] : [])].map((name) => `${name}.main`);
    await connection.run(`set search_path = ${literal(path.join(','))}`);
    return connection;
  }

  onChange(listener: (feed: string, version: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.refreshing;
    this.control.closeSync();
    this.instance.closeSync();
  }

  watch(): void {
    this.timer = setInterval(() => {
      // what cannot be read now is looked at again at the next tick; until then the version before stays
      this.catchUp().catch(() => {});
    }, POLL_MS);
    this.timer.unref();
  }

  catchUp(): Promise<void> {
    const refreshed = this.refreshing.then(() => this.refresh());
    this.refreshing = refreshed.catch(() => {});
    return refreshed;
  }

  async refresh(): Promise<void> {
    for (;;) {
      const pointer = readPointer(this.home);
      const text = JSON.stringify(pointer);
      if (text === this.seen) return;
      try {
        for (const feed of this.profiles.keys()) await this.adopt(feed, pointer);
        this.seen = text;
        return;
      } catch (error) {
        // when the pointer has moved on meanwhile, its files may be gone: the newer ones are there
        if (JSON.stringify(readPointer(this.home)) === text) throw error;
      }
    }
  }

  private async adopt(feed: string, pointer: ServingPointer): Promise<void> {
    const entry = pointer.feeds[feed];
    const before = this.editions.get(feed);
    if (!entry) {
      this.editions.delete(feed);
      if (before) await this.retire(before);
      return;
    }
    const version = `${feed}-${entry.conditions.version}.${entry.forecasts?.version ?? 0}`;
    if (before?.version === version) return;
    const edition = await this.attachEdition(feed, version, entry);
    this.editions.set(feed, edition);
    if (before) await this.retire(before);
    for (const listener of this.listeners) listener(feed, version);
  }

  private async attachEdition(
    feed: string,
    version: string,
    entry: ServingPointer['feeds'][string],
  ): Promise<Edition> {
    const conditions = await this.attach(entry.conditions.file);
    let forecasts: string | null = null;
    try {
      if (entry.forecasts) forecasts = await this.attach(entry.forecasts.file);
      const meta = await queryOne(
        this.control,
        `select max(value) filter (key = 'builtAt') as built, max(value) filter (key = 'receivedAt') as received,
        max(value) filter (key = 'outcomes') as outcomes, max(value) filter (key = 'layout') as layout from ${conditions}.main.meta`,
      );
      return {
        feed,
        version,
        layout: Number(meta!.layout ?? 1),
        conditions,
        forecasts,
        builtAt: String(meta!.built),
        receivedAt: meta!.received ? String(meta!.received) : null,
        outcomes: JSON.parse(String(meta!.outcomes)) as OutcomeCounts,
        idle: [],
        facts: new Map(),
        readers: 0,
        retired: false,
      };
    } catch (error) {
      await this.release(conditions);
      if (forecasts) await this.release(forecasts);
      throw error;
    }
  }

  private async attach(file: string): Promise<string> {
    const name = file.replace(/\.duckdb$/, '').replaceAll('-', '_');
    const users = this.attached.get(name) ?? 0;
    if (users === 0) {
      try {
        await this.control.run(`attach ${literal(this.home.at('serving', file))} as ${name} (read_only)`);
      } catch (error) {
        throw asDamage(error);
      }
    }
    this.attached.set(name, users + 1);
    return name;
  }

  private async release(name: string): Promise<void> {
    const users = this.attached.get(name)! - 1;
    if (users > 0) this.attached.set(name, users);
    else {
      this.attached.delete(name);
      await this.control.run(`detach ${name}`);
    }
  }

  private retire(edition: Edition): Promise<void> {
    edition.retired = true;
    return this.discardIfDone(edition);
  }

  private async discardIfDone(edition: Edition): Promise<void> {
    if (!edition.retired || edition.readers > 0) return;
    edition.retired = false;
    for (const connection of edition.idle.splice(0)) connection.closeSync();
    await this.release(edition.conditions);
    if (edition.forecasts) await this.release(edition.forecasts);
  }
}

/** A question that failed is asked again the next time. */
function once<T>(facts: Map<string, Promise<unknown>>, fact: string, ask: () => Promise<T>): Promise<T> {
  let answer = facts.get(fact) as Promise<T> | undefined;
  if (!answer) {
    answer = ask();
    facts.set(fact, answer);
    if (facts.size > MOST_FACTS) facts.delete(facts.keys().next().value!);
    answer.catch(() => facts.delete(fact));
  }
  return answer;
}
