import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { type Home, readCommits, withWriterLock } from '../lake/index.ts';
import { type DemoOptions, demoFeed, demoOptions, simulate } from '../sources/index.ts';
import { type Ingested, type IngestOptions, lockOf, takeInAndPublish } from './ingest-files.ts';

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
      const written = hasDemo(home) ? { lots: 0, paths: [] } : await writeFiles(folder, wanted);
      options.onLots?.(written.lots);
      return { lots: written.lots, ...(await takeInAndPublish(home, demoFeed, written.paths, options)) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function writeFiles(folder: string, options: DemoOptions): Promise<{ lots: number; paths: string[] }> {
  const paths: string[] = [];
  const market = simulate(options);
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
