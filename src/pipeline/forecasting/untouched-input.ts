import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '../../jobs/index.ts';
import { openSnapshot } from '../../lake/index.ts';
import type { Store } from '../../store/index.ts';
import { taskNamed, untouchedWorkOf } from '../../tasks/index.ts';

/**
 * Writes the files that an image without our worker is given below a prefix of the store where it runs, from the snapshot of the
 * home's own. Written again they are the same.
 */
export async function sendInput(
  job: Job,
  { near, far, prefix }: { readonly near: Store; readonly far: Store; readonly prefix: string },
): Promise<void> {
  const task = await taskNamed(job.task);
  const work = untouchedWorkOf(task);
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-input-'));
  const snapshot = await openSnapshot(near, job.snapshotSha256!);
  try {
    const files = join(folder, 'files');
    await work.writeInput(files, snapshot, job, task.readParams(job.params));
    for (const name of readdirSync(files)) await far.putFile(prefix + name, join(files, name));
  } finally {
    snapshot.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
