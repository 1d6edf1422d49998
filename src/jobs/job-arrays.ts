import { createHash } from 'node:crypto';
import { jobName, readJobName } from './job-name.ts';
import type { JobRow } from './job-rows.ts';

/**
 * Many jobs that a runner is given as one: an array. Its list of spec files stands in the store before anybody is asked
 * for it, and each row says of itself, in `providerId`, which place of which list it is, until the runner's own id for it
 * is known. The same jobs make the same list, whose name is found again after anything.
 */
export interface ArrayPlace {
  /** 16 hex digits of the SHA-256 of the names of its jobs. */
  readonly list: string;
  /** Which of its spec files, from 0. */
  readonly index: number;
}

const CLAIM = /^array:([0-9a-f]{16}):(\d+)$/;

/** What `providerId` says while the runner's answer is not known. */
export function claimOf({ list, index }: ArrayPlace): string {
  return `array:${list}:${index}`;
}

/** The place that a `providerId` claims; undefined where it is the runner's own id, or unknown. */
export function readClaim(providerId: string | null): ArrayPlace | undefined {
  const [, list, index] = CLAIM.exec(providerId ?? '') ?? [];
  return list === undefined ? undefined : { list, index: Number(index) };
}

/** The name of an array, told by the name of any of its jobs. */
export function arrayName(nameOfJob: string, list: string): string {
  const parts = readJobName(nameOfJob);
  if (!parts) throw new RangeError(`${nameOfJob} is no name of a job`);
  return `sw-${parts.home8}-${parts.run12}-${list}-g1`;
}

/** Where the list of an array's spec files stands in the store of its jobs. */
export function listKey(run: string, list: string): string {
  return `runs/${run}/arrays/${list}.json`;
}

/** The file that a worker of an array is given; its place in it comes from the runner. */
export function listText(specUris: readonly string[]): string {
  return JSON.stringify({ specs: specUris });
}

/** The names of an array's jobs in the order of its list. */
export function namesInList(nameOfArray: string, text: string): readonly string[] {
  const prefix = nameOfArray.slice(0, nameOfArray.lastIndexOf('-', nameOfArray.lastIndexOf('-') - 1) + 1);
  const { specs } = JSON.parse(text) as { readonly specs: readonly string[] };
  return specs.map((uri) => {
    const [, job16, gen] = /\/([0-9a-f]{16})\/spec-g(\d+)\.json$/.exec(uri) ?? [];
    return `${prefix}${job16}-g${gen}`;
  });
}

/** Jobs that can be one array. */
export interface JobArray {
  readonly list: string;
  readonly rows: readonly JobRow[];
}

/**
 * Puts jobs that get the same into arrays of at most `most`; those that are alone in what they get stay alone.
 * Their order is that of their keys, so that the same jobs make the same arrays.
 */
export function cutArrays(
  rows: readonly JobRow[],
  most: number,
): { readonly arrays: readonly JobArray[]; readonly alone: readonly JobRow[] } {
  const alike = new Map<string, JobRow[]>();
  for (const row of [...rows].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const { run, image, store, limits, resources } = row.spec.placement;
    const key = JSON.stringify([run, image, store, limits, resources]);
    const some = alike.get(key);
    if (some) some.push(row);
    else alike.set(key, [row]);
  }
  const arrays: JobArray[] = [];
  const alone: JobRow[] = [];
  for (const some of alike.values())
    for (let from = 0; from < some.length; from += most) {
      const part = some.slice(from, from + most);
      if (part.length < 2) alone.push(...part);
      else arrays.push({ list: hashOf(part), rows: part });
    }
  return { arrays, alone };
}

function hashOf(rows: readonly JobRow[]): string {
  const names = rows.map(({ key, gen }) => jobName(key, gen));
  return createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 16);
}
