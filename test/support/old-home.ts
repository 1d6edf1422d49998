import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openDatabase } from '../../src/lake/database.ts';

/** Turns a home's files into those that format 1 had for the same rows: raw bytes as they are, one raw a commit. */
export async function makeFormat1(path: string): Promise<void> {
  const filesOf = (kind: string, end: string) =>
    readdirSync(join(path, kind), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(end))
      .map((name) => join(path, kind, name));
  for (const raw of filesOf('raw', '.gz')) {
    writeFileSync(raw.slice(0, -3), gunzipSync(readFileSync(raw)));
    rmSync(raw);
  }
  for (const commit of filesOf('commits', '.json')) {
    const { raws, firstPlaces: _, ...rest } = JSON.parse(readFileSync(commit, 'utf8'));
    writeFileSync(commit, `${JSON.stringify({ ...rest, raw: raws[0] }, null, 1)}\n`);
  }
  const instance = await openDatabase();
  const connection = await instance.connect();
  for (const aside of filesOf('aside', '.parquet')) {
    await connection.run(
      `copy (select * exclude (raw_id) from read_parquet('${aside}')) to '${aside}.old' (format parquet)`,
    );
    renameSync(`${aside}.old`, aside);
  }
  instance.closeSync();
  const home = join(path, 'home.json');
  writeFileSync(home, JSON.stringify({ ...JSON.parse(readFileSync(home, 'utf8')), format: 1 }));
}
