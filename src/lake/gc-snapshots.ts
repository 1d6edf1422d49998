import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { homeStoreUri, openStore } from '../store/index.ts';
import { literal, openDatabase, queryColumns } from './database.ts';
import type { Home } from './home.ts';
import { readPointer } from './serving-files.ts';
import { SNAPSHOTS_ROOT } from './snapshot-store.ts';

const DAY_MS = 86_400_000;

/** Files, below the home, of snapshots that nothing cites and of which no file is younger than the retention. */
export async function snapshotsUncited(
  home: Home,
  cited: ReadonlySet<string>,
  { retentionDays, now }: { readonly retentionDays: number; readonly now: Date },
): Promise<string[]> {
  const store = await openStore(homeStoreUri(home.path));
  const files = new Map<string, { path: string; ageMs: number }[]>();
  for await (const { key } of store.list(SNAPSHOTS_ROOT)) {
    const sha256 = key.slice(SNAPSHOTS_ROOT.length).split('/')[0]!;
    if (cited.has(sha256)) continue;
    const path = fileURLToPath(store.uriOf(key));
    const file = { path: relative(home.path, path), ageMs: now.getTime() - statSync(path).mtimeMs };
    files.set(sha256, [...(files.get(sha256) ?? []), file]);
  }
  return [...files.values()]
    .filter((all) => all.every(({ ageMs }) => ageMs >= retentionDays * DAY_MS))
    .flatMap((all) => all.map(({ path }) => path));
}

/** Snapshots that a published forecast of any feed rests on. */
export function snapshotsServed(home: Home): Promise<string[]> {
  return servedBy(home, 'snapshot');
}

/** SHA-256 of the artefacts that published forecasts of any feed came from. */
export function artefactsServed(home: Home): Promise<string[]> {
  return servedBy(home, 'artefact');
}

/** What the published forecasts of all feeds name in a column of their state. */
async function servedBy(home: Home, column: 'snapshot' | 'artefact'): Promise<string[]> {
  const files = Object.values(readPointer(home).feeds).flatMap(({ forecasts }) => forecasts?.file ?? []);
  const instance = await openDatabase({ threads: 1 });
  try {
    const connection = await instance.connect();
    const served: string[] = [];
    for (const [index, file] of files.entries()) {
      const name = `served${index}`;
      await connection.run(`attach ${literal(home.at('serving', file))} as ${name} (read_only)`);
      const { columns } = await queryColumns(
        connection,
        `select column_name from duckdb_columns()
         where database_name = '${name}' and table_name = 'forecast_state' and column_name = '${column}'`,
      );
      // files of a version that knew no snapshots have none
      if (!columns.column_name?.length) continue;
      const found = await queryColumns(
        connection,
        `select distinct ${column} from ${name}.main.forecast_state where ${column} is not null`,
      );
      served.push(...(found.columns[column] ?? []).map(String));
    }
    return served;
  } finally {
    instance.closeSync();
  }
}
