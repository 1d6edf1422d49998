import { canonicalJson, EXIT, type Json, SihwangError } from '../domain/index.ts';
import { type JobSpec, jobSha256 } from './job.ts';

/** The file of a spec. It names the job's hash, so that a reader can tell what was written here from what was not. */
export function specText(spec: JobSpec): string {
  return canonicalJson({ ...spec, jobSha256: jobSha256(spec.job) } as unknown as Json);
}

/**
 * A spec from its file. One that names its job's hash was checked when it was written; any other text is checked
 * member by member.
 * @throws SihwangError `JOB_SPEC_UNREADABLE` (65)
 */
export async function readSpec(text: string): Promise<JobSpec> {
  let found: JobSpec & { readonly jobSha256?: string };
  try {
    found = JSON.parse(text);
    if (found.jobSha256 !== undefined && found.jobSha256 === jobSha256(found.job))
      return { job: found.job, placement: found.placement };
  } catch (cause) {
    throw unreadable((cause as Error).message, cause);
  }
  if (found.jobSha256 !== undefined) throw unreadable('its hash is not that of its job');
  return checkSpec(found);
}

/**
 * Checks a spec member by member.
 * @throws SihwangError `JOB_SPEC_UNREADABLE` (65)
 */
export async function checkSpec(found: unknown): Promise<JobSpec> {
  // the checks take longer to load than a worker takes to begin
  const { JOB_SPEC } = await import('./job-schema.ts');
  const checked = JOB_SPEC.safeParse(found);
  if (checked.success) return checked.data;
  throw unreadable(
    checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    checked.error,
  );
}

function unreadable(why: string, cause?: unknown): SihwangError {
  return new SihwangError(
    'JOB_SPEC_UNREADABLE',
    { ko: `일감의 명세를 읽을 수 없습니다: ${why}`, en: `the job's spec cannot be read: ${why}` },
    {
      exit: EXIT.badData,
      hint: {
        ko: '작업이 쓴 명세의 주소를 주세요. 항목은 docs/jobs.md에 있습니다.',
        en: 'Give the address of a spec as a run writes it; its members are in docs/jobs.md.',
      },
      cause,
    },
  );
}
