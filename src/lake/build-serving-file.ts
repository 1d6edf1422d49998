import { rmSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { publishFile, temporaryName } from '../store/index.ts';
import { asLakeError, openDatabase } from './database.ts';
import type { Home } from './home.ts';
import { reach } from './kill-points.ts';
import { pointTo, readPointer, type ServingFile } from './serving-files.ts';

/**
 * Builds one serving file under a temporary name, makes it durable, renames it and points to it: a reader sees the file
 * that was or the file that is. The caller holds the home's lock.
 */
export async function buildServingFile(
  home: Home,
  feed: string,
  part: 'conditions' | 'forecasts',
  recipe: string,
  fill: (connection: DuckDBConnection, version: number) => Promise<void>,
): Promise<ServingFile> {
  const version = readPointer(home).counter + 1;
  const file = `${feed}-${part}-${version}.duckdb`;
  const temporary = temporaryName(home.at('serving', file));
  try {
    const instance = await openDatabase({ path: temporary, tempDirectory: home.at('temp') });
    try {
      const connection = await instance.connect();
      await fill(connection, version);
      await connection.run('checkpoint');
    } finally {
      instance.closeSync();
    }
    reach('serving-built');
    publishFile(temporary, home.at('serving', file));
    reach('serving-renamed');
    const built = { file, version, recipe };
    pointTo(home, feed, part, built);
    return built;
  } catch (error) {
    throw asLakeError(error);
  } finally {
    rmSync(temporary, { force: true });
    rmSync(`${temporary}.wal`, { force: true });
  }
}
