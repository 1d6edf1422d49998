import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { addDays, type LocalDate, localDate } from '../domain/index.ts';
import { type Home, readCommits, withWriterLock } from '../lake/index.ts';
import { type DemoOptions, demoFeed, demoOptions, simulate } from '../sources/index.ts';
import { reach, writeFileDurably } from '../store/index.ts';
import { type Ingested, type IngestOptions, lockOf, takeInAll, takeInAndPublish } from './ingest-files.ts';

export interface DemoBuild extends Ingested {
  /** Lots sold in the simulated market; 0 when it was there already. */
  readonly lots: number;
}

/** Whether the home holds a demo market. */
export function hasDemo(home: Home): boolean {
  return readCommits(home, demoFeed.profile.id).length > 0;
}

/**
 * Simulates the demo market, writing the files its auction houses would publish, and takes them in as any feed's files
 * are. A demo market that is there already stays as it is.
 */
export async function buildDemo(
  home: Home,
  asked: Partial<DemoOptions>,
  options: IngestOptions & { readonly onLots?: (lots: number) => void },
): Promise<DemoBuild> {
  const wanted = demoOptions(asked, options.now ? () => options.now!().getTime() : undefined);
  return withWriterLock(home, lockOf(options), async () => {
    const folder = home.at('temp', '.tmp-demo');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    try {
      if (!hasDemo(home)) keepOptions(home, wanted);
      const written = hasDemo(home) ? { lots: 0, paths: [] } : await writeFiles(folder, wanted);
      options.onLots?.(written.lots);
      return { lots: written.lots, ...(await takeInAndPublish(home, demoFeed, written.paths, options)) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** What a demo market goes on with. Kept before its first row, so that no market exists whose options are not known. */
function keepOptions(home: Home, { through: _, ...options }: DemoOptions): void {
  writeFileDurably(home.at('demo', OPTIONS_FILE), `${JSON.stringify(options)}\n`);
  reach('demo-options-kept');
}

const OPTIONS_FILE = 'options.json';

/** The options that the home's demo market was made with; undefined for one that an earlier version made. */
function keptOptions(home: Home): Omit<DemoOptions, 'through'> | undefined {
  try {
    return JSON.parse(readFileSync(home.at('demo', OPTIONS_FILE), 'utf8')) as Omit<DemoOptions, 'through'>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export interface DemoGrown {
  readonly lots: number;
  /** First and last day that were added; null when nothing was missing. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
}

/**
 * Lets the demo market go on until a moment: simulates the days that it had published by then and that the home lacks, and
 * takes them in. Publishes nothing. Undefined when its options are not known, or the home has no demo market.
 */
export async function growDemo(
  home: Home,
  until: Date,
  options: IngestOptions,
): Promise<DemoGrown | undefined> {
  const kept = keptOptions(home);
  if (!kept || !hasDemo(home)) return undefined;
  return withWriterLock(home, lockOf(options), async () => {
    const held = readCommits(home, demoFeed.profile.id).flatMap(({ lastDay }) => lastDay ?? []);
    const since = addDays(localDate(held.sort().at(-1)!), 1);
    const wanted = demoOptions(kept, () => until.getTime());
    if (wanted.through < since) return { lots: 0, firstDay: null, lastDay: null };
    const folder = home.at('temp', '.tmp-demo');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    try {
      const { lots, paths } = await writeFiles(folder, wanted, since);
      await takeInAll(home, demoFeed, paths, options);
      return { lots, firstDay: since, lastDay: wanted.through };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function writeFiles(
  folder: string,
  options: DemoOptions,
  since?: LocalDate,
): Promise<{ lots: number; paths: string[] }> {
  const paths: string[] = [];
  const market = simulate(options, since === undefined ? {} : { since });
  let next = market.next();
  while (!next.done) {
    const { fileName } = next.value;
    const path = join(folder, fileName);
    paths.push(path);
    const chunks = async function* () {
      for (; !next.done && next.value.fileName === fileName; next = market.next()) {
        yield next.value.chunk;
        // a long simulation must not keep Ctrl-C waiting
        await breathe();
      }
    };
    await pipeline(Readable.from(chunks()), createWriteStream(path));
  }
  return { lots: next.value, paths };
}
