import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { type Store, sha256OfFile } from '../store/index.ts';
import type { TaskFile } from '../tasks/index.ts';
import { jobSha256 } from './job.ts';
import { commitManifest, type Manifest, type ManifestOutput } from './manifest.ts';

/** How a result came about; what follows from the job itself is filled in. */
export type MadeBy = Omit<Manifest, 'v' | 'jobSha256' | 'outputs'>;

/**
 * Leaves the result of a job as its worker does: the files first, then the manifest, unless there is one.
 * @throws SihwangError `JOB_RESULT_OF_ANOTHER` (70)
 */
export async function leaveResult(
  store: Store,
  files: readonly TaskFile[],
  made: MadeBy,
): Promise<{ readonly manifest: Manifest; readonly result: 'committed' | 'superseded' }> {
  const { spec, gen, attempt, writer } = made;
  const outputs = await keepOutputs(store, `${spec.placement.result}out/${gen}-${attempt}-${writer}/`, files);
  const manifest: Manifest = { v: 1, jobSha256: jobSha256(spec.job), ...made, outputs };
  return { manifest, result: await commitManifest(store, manifest) };
}

/** Puts a job's files below a prefix; gives what a manifest says of them. */
export async function keepOutputs(
  store: Store,
  prefix: string,
  files: readonly TaskFile[],
): Promise<ManifestOutput[]> {
  return Promise.all(
    files.map(async ({ name, bytes, path }) => {
      const key = prefix + name;
      if (bytes === undefined) {
        const sha256 = await sha256OfFile(path);
        await store.putFile(key, path, { sha256 });
        return { name, key, bytes: statSync(path).size, sha256 };
      }
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await store.put(key, bytes);
      return { name, key, bytes: bytes.length, sha256 };
    }),
  );
}
