import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gzipSync } from 'node:zlib';
import { openDatabase } from '../../src/lake/database.ts';

/** Turns a home's files into those of format 2, which differ in the compression of raw bytes alone. */
export function makeFormat2(path: string): void {
  const folder = join(path, 'raw');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.br')) continue;
    const raw = join(folder, name);
    writeFileSync(`${raw.slice(0, -3)}.gz`, gzipSync(brotliDecompressSync(readFileSync(raw))));
    rmSync(raw);
  }
  sayFormat(path, 2);
}

/** Turns a home's files into those that format 1 had for the same rows: raw bytes as they are, one raw a commit. */
export async function makeFormat1(path: string): Promise<void> {
  const filesOf = (kind: string, end: string) =>
    readdirSync(join(path, kind), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(end))
      .map((name) => join(path, kind, name));
  for (const raw of filesOf('raw', '.br')) {
    writeFileSync(raw.slice(0, -3), brotliDecompressSync(readFileSync(raw)));
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
  sayFormat(path, 1);
}

/** Makes a serving file one of before there was `history`, by a version that knew other tables. */
export async function makeOlderServingFile(path: string, feed: string): Promise<void> {
  const pointerPath = join(path, 'serving', 'current.json');
  const pointer = JSON.parse(readFileSync(pointerPath, 'utf8'));
  const { conditions } = pointer.feeds[feed];
  const file = join(path, 'serving', conditions.file);
  // a server may have the file open
  copyFileSync(file, `${file}.older`);
  const instance = await openDatabase({ path: `${file}.older` });
  const connection = await instance.connect();
  await connection.run('drop table history');
  await connection.run(`delete from meta where key = 'layout'`);
  await connection.run('checkpoint');
  connection.closeSync();
  instance.closeSync();
  renameSync(`${file}.older`, file);
  conditions.recipe = 'of another version';
  writeFileSync(pointerPath, JSON.stringify(pointer));
}

function sayFormat(path: string, format: number): void {
  const home = join(path, 'home.json');
  writeFileSync(home, JSON.stringify({ ...JSON.parse(readFileSync(home, 'utf8')), format }));
}
