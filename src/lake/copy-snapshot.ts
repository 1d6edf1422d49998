import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, type Json } from '../domain/index.ts';
import type { Store } from '../store/index.ts';
import { readManifest, sealSnapshot, snapshotPrefix, tableKey } from './snapshot-store.ts';

/**
 * Has a snapshot of one store in another too; false when it was there. Its tables go one by one through this machine's
 * temporary folder and are checked by their hashes on the way.
 * @throws SihwangError `SNAPSHOT_MISSING`
 */
export async function copySnapshot(from: Store, to: Store, sha256: string): Promise<boolean> {
  if (await to.head(`${snapshotPrefix(sha256)}manifest.json`)) return false;
  const manifest = await readManifest(from, sha256);
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-snapshot-'));
  try {
    for (const table of manifest.tables)
      await from.getFile(tableKey(sha256, table.name), join(folder, `${table.name}.parquet`), {
        sha256: table.sha256,
      });
    return await sealSnapshot(
      to,
      sha256,
      canonicalJson(manifest as unknown as Json),
      manifest.tables,
      folder,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
