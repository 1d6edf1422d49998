import { createHash } from 'node:crypto';

/**
 * Names that things outside the home carry: `sw-<home8>-<run12>-<job16>-g<gen>`, lower-case letters, digits and
 * hyphens, at most 63. The same job of the same run always has the same name, so it can be found again after anything.
 * 16 digits of the job's hash: of 10,000 jobs in a run two share their first 8 once in a hundred runs. The 12 of the run are
 * of the home's whole id, too: services are asked for jobs by name, and two homes of an account whose ids begin alike do
 * the same run of the same job.
 */
export interface JobName {
  readonly home8: string;
  readonly run12: string;
  readonly job16: string;
  readonly gen: number;
}

const NAME = /^sw-([0-9a-f]{8})-([0-9a-f]{12})-([0-9a-f]{16})-g([1-9][0-9]{0,5})$/;

/** The first eight digits of a home's id where it is a UUID, else of the id's hash. */
export function home8(homeId: string): string {
  return /^[0-9a-f]{8}-/.test(homeId) ? homeId.slice(0, 8) : sha256(homeId).slice(0, 8);
}

/** How the names of a home's jobs begin, or those of one of its runs. */
export function namePrefix(homeId: string, run?: string): string {
  const home = `sw-${home8(homeId)}-`;
  return run === undefined ? home : `${home}${sha256(`${homeId} ${run}`).slice(0, 12)}-`;
}

/** The name without its gen: what the rows of a job have in common. */
export function jobKey(homeId: string, run: string, jobSha: string): string {
  return `${namePrefix(homeId, run)}${jobSha.slice(0, 16)}`;
}

export function jobName(key: string, gen: number): string {
  return `${key}-g${gen}`;
}

/** The parts of a name; undefined for a name that is none of ours. */
export function readJobName(name: string): JobName | undefined {
  const [, home, run12, job16, gen] = NAME.exec(name) ?? [];
  return home && run12 && job16 && gen ? { home8: home, run12, job16, gen: Number(gen) } : undefined;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
