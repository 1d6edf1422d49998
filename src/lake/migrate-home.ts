import { existsSync, readdirSync, rmSync } from 'node:fs';
import { publishFile, temporaryName } from '../store/index.ts';
import { readCommits } from './commit-log.ts';
import { literal, openDatabase, queryOne } from './database.ts';
import { type Home, homeFormat, sealHomeFormat } from './home.ts';
import { reach } from './kill-points.ts';
import { PACKED, packFile } from './raw-packing.ts';

/**
 * Brings an older home to the present layout, a file at a time; what is done already is skipped, so that dying anywhere
 * only means to go on later. The caller holds the home's lock.
 */
export async function migrateHome(home: Home): Promise<void> {
  const format = homeFormat(home);
  if (format >= 3) return;
  // what format 2 compressed by gzip is read as it is; only a version that knows no other compression must be refused
  for (const feed of format < 2 ? readdirSync(home.at('commits')) : []) {
    await compressRaws(home, feed);
    await nameRawsOfAside(home, feed);
  }
  sealHomeFormat(home);
  reach('home-migrated');
}

/** Format 1 kept raw bytes as they were. */
async function compressRaws(home: Home, feed: string): Promise<void> {
  const folder = home.at('raw', feed);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((one) => /^[0-9a-f]{64}$/.test(one))) {
    const path = home.at('raw', feed, name);
    const temporary = temporaryName(path);
    await packFile(path, temporary);
    publishFile(temporary, `${path}${PACKED}`);
    reach('raw-compressed');
    rmSync(path);
  }
}

/** Format 1 made every commit of one raw file, so a row set aside did not name its own. */
async function nameRawsOfAside(home: Home, feed: string): Promise<void> {
  const instance = await openDatabase({ tempDirectory: home.at('temp') });
  try {
    const connection = await instance.connect();
    for (const { aside, raws } of readCommits(home, feed)) {
      if (aside === null) continue;
      const path = home.at('aside', feed, aside);
      const file = `read_parquet(${literal(path)})`;
      const named = await queryOne(
        connection,
        `select 1 from (describe from ${file}) where column_name = 'raw_id'`,
      );
      if (named) continue;
      const temporary = temporaryName(path);
      await connection.run(
        `copy (select commit_number, ${literal(raws[0]!.rawId)} as raw_id, * exclude (commit_number) from ${file})
         to ${literal(temporary)} (format parquet, compression zstd)`,
      );
      publishFile(temporary, path);
      reach('aside-named');
    }
  } finally {
    instance.closeSync();
  }
}
