import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenRecordsOptions, openRecords } from '../open.ts';
import { serverFolder } from '../server/server-folder.ts';
import { exportRecords } from './export-records.ts';
import { type ExportManifest, manifestPath, tablePath } from './manifest.ts';

/** Records written out for a backup. */
export interface RecordsBackup {
  readonly manifest: ExportManifest;
  /** What the backup keeps: where a file lies, and its path below a restored home, with `/`. */
  readonly files: readonly { readonly from: string; readonly path: string }[];
}

/** Whether the home has records that a backup must hold, its own or those of DATABASE_URL. */
export function hasRecords(homePath: string, databaseUrl = process.env.DATABASE_URL): boolean {
  const { data, restored } = serverFolder(homePath);
  return Boolean(databaseUrl) || existsSync(data) || existsSync(manifestPath(restored));
}

/** Writes the records out into a folder; a restored home's next opening takes them in. */
export async function writeRecordsBackup(
  home: { readonly path: string; readonly id: string },
  folder: string,
  options: OpenRecordsOptions = {},
): Promise<RecordsBackup> {
  const records = await openRecords(home, options);
  try {
    const manifest = await exportRecords(records.pool, folder, home.id, (table) =>
      options.onProgress?.({ ko: `${table} 쓰기`, en: `writing out ${table}` }),
    );
    const written = [manifestPath(folder), ...manifest.tables.map(({ name }) => tablePath(folder, name))];
    const below = serverFolder(home.path).restored.slice(join(home.path, '/').length).replaceAll('\\', '/');
    return {
      manifest,
      files: written.map((from) => ({
        from,
        path: `${below}${from.slice(folder.length).replaceAll('\\', '/')}`,
      })),
    };
  } finally {
    await records.close();
  }
}

/** Whether a restored home's records wait for their first opening. */
export function recordsWait(homePath: string): boolean {
  return existsSync(manifestPath(serverFolder(homePath).restored));
}
