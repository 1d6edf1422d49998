import type { Store, StoredObject } from '../store/index.ts';
import { literal, openDatabase, queryColumns } from './database.ts';
import type { Home } from './home.ts';
import { readPointer } from './serving-files.ts';
import { SNAPSHOTS_ROOT } from './snapshot-store.ts';

const DAY_MS = 86_400_000;

/** Objects of a store's snapshots that nothing cites and of which none is younger than the retention. */
export async function snapshotsUncited(
  store: Store,
  cited: ReadonlySet<string>,
  { retentionDays, now }: { readonly retentionDays: number; readonly now: Date },
): Promise<StoredObject[]> {
  const objects = new Map<string, StoredObject[]>();
  for await (const one of store.list(SNAPSHOTS_ROOT)) {
    const sha256 = one.key.slice(SNAPSHOTS_ROOT.length).split('/')[0]!;
    if (!cited.has(sha256)) objects.set(sha256, [...(objects.get(sha256) ?? []), one]);
  }
  return [...objects.values()]
    .filter((all) => all.every(({ writtenAt }) => +now - +writtenAt >= retentionDays * DAY_MS))
    .flat();
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
