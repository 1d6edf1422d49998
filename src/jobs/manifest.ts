import { EXIT, type JsonObject, SihwangError } from '../domain/index.ts';
import { reach, type Store } from '../store/index.ts';
import type { JobSpec, Placement } from './job.ts';

export interface ManifestOutput {
  /** Plain file name, as the task gave it. */
  readonly name: string;
  /** Where it is in the placement's store. */
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The one statement that a job has a result, and which. */
export interface Manifest {
  readonly v: 1;
  readonly jobSha256: string;
  readonly spec: JobSpec;
  readonly gen: number;
  readonly attempt: number;
  /** Random, one for each time that a worker begins. */
  readonly writer: string;
  readonly providerId: string | null;
  readonly outputs: readonly ManifestOutput[];
  readonly metrics: JsonObject;
  /**
   * Code, Node major, processor class and, where known, lock file: with these, the job and its snapshot equal, the outputs
   * are equal. Manifests of earlier versions say nothing of a lock file.
   */
  readonly computedBy: JsonObject;
  readonly startedAt: string;
  readonly endedAt: string;
}

export function manifestKey({ result }: Pick<Placement, 'result'>): string {
  return `${result}manifest.json`;
}

/**
 * The result of the job that a placement holds; null where there is none yet.
 * @throws SihwangError `JOB_RESULT_OF_ANOTHER` (70) where the place holds another job's
 */
export async function readManifest(
  store: Store,
  placement: Placement,
  jobSha256: string,
): Promise<Manifest | null> {
  const bytes = await store.get(manifestKey(placement));
  if (!bytes) return null;
  const manifest = JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
  if (manifest.jobSha256 === jobSha256) return manifest;
  throw new SihwangError(
    'JOB_RESULT_OF_ANOTHER',
    {
      ko: `${manifestKey(placement)}에는 다른 일감(${manifest.jobSha256.slice(0, 16)})의 결과가 있습니다: ${jobSha256.slice(0, 16)}의 것이 아닙니다`,
      en: `${manifestKey(placement)} is the result of job ${manifest.jobSha256.slice(0, 16)}, not of ${jobSha256.slice(0, 16)}`,
    },
    {
      exit: EXIT.bug,
      hint: {
        ko: '두 일감이 한 자리를 받았습니다. 저마다 결과 자리를 주세요.',
        en: 'Two jobs were given one place; give each a result of its own.',
      },
    },
  );
}

/**
 * Makes this manifest the job's result unless there is one: whoever is first wins, and a second worker has only
 * computed the same again. A writer that finds its own manifest there wrote it in a call whose answer was lost.
 * @throws SihwangError `JOB_RESULT_OF_ANOTHER` (70)
 */
export async function commitManifest(store: Store, manifest: Manifest): Promise<'committed' | 'superseded'> {
  const { placement } = manifest.spec;
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest)}\n`);
  const answer = await store.put(manifestKey(placement), bytes, { ifAbsent: true });
  reach('manifest-committed');
  if (answer === 'written') return 'committed';
  const first = await readManifest(store, placement, manifest.jobSha256);
  return first?.writer === manifest.writer ? 'committed' : 'superseded';
}
