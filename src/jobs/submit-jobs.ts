import { reach, type Store } from '../store/index.ts';
import { spentUsd } from './cost/job-cost.ts';
import { type JobSpec, jobSha256 } from './job.ts';
import { arrayName, claimOf, cutArrays, type JobArray, listKey, listText, readClaim } from './job-arrays.ts';
import { jobKey, jobName } from './job-name.ts';
import type { JobAttempt, JobChange, JobRow, JobRows, Lease, NewJobRow } from './job-rows.ts';
import { manifestKey } from './manifest.ts';
import { requireCheckpoint } from './place-job.ts';
import { mayPass } from './retry.ts';
import { ENDED, type Handle, type Intent, type Runner, SubmissionRefused } from './runner.ts';
import { checkSpec, specText } from './spec-file.ts';

/** What a controller works with. One controller a home at a time: the lease sees to it. */
export interface JobsOn {
  /** The whole id of the home. */
  readonly home: string;
  readonly rows: JobRows;
  readonly runner: Runner;
  /** The store that the jobs' placements name. */
  readonly store: Store;
  readonly lease: Lease;
  /** Default: the clock. */
  readonly now?: () => Date;
}

export const timeOf = ({ now }: JobsOn): Date => now?.() ?? new Date();

export const ROWS_AT_ONCE = 500;
export const CALLS_AT_ONCE = 16;

/**
 * Plans jobs and submits as many as the runner has room for; `pollJobs` and `watchJobs` submit the rest. A job that is
 * planned already, in the same run, is that job: doing it twice does nothing. With `again`, those of them that have
 * ended without success are planned anew, as if none had been tried, with the placement given now. Gives the jobs' keys,
 * in their order.
 * @throws SihwangError `JOB_SPEC_UNREADABLE` (65), `SPOT_WITHOUT_CHECKPOINT` (78), `LEASE_LOST` (75)
 */
export async function submitJobs(
  specs: readonly JobSpec[],
  on: JobsOn,
  { again = false }: { readonly again?: boolean } = {},
): Promise<readonly string[]> {
  const plannedAt = timeOf(on);
  const planned = [];
  for (const given of specs) {
    const spec = await checkSpec(given);
    const sha256 = jobSha256(spec.job);
    const { home, run, runner } = spec.placement;
    requireCheckpoint(spec);
    const key = jobKey(home, run, sha256);
    planned.push({ key, home, run, runner, jobSha256: sha256, spec, gen: 1, plannedAt });
  }
  for (let from = 0; from < planned.length; from += ROWS_AT_ONCE)
    await on.rows.plan(on.lease, planned.slice(from, from + ROWS_AT_ONCE));
  if (again) await planAgain(planned, on);
  reach('jobs-planned');
  await topUp(on);
  return planned.map(({ key }) => key);
}

/**
 * Gives jobs that ended without success, or whose result has been collected since, their next gen; the attempts so far stay,
 * and count no more.
 */
async function planAgain(wanted: readonly NewJobRow[], on: JobsOn): Promise<void> {
  for (let from = 0; from < wanted.length; from += ROWS_AT_ONCE) {
    const specOf = new Map(wanted.slice(from, from + ROWS_AT_ONCE).map(({ key, spec }) => [key, spec]));
    const ended = await on.rows.read(on.home, { keys: [...specOf.keys()], states: ENDED });
    const lacking: JobRow[] = [];
    for (const row of ended)
      if (row.state !== 'SUCCEEDED' || !(await on.store.head(manifestKey(row.spec.placement))))
        lacking.push(row);
    const changes = lacking.map((row): JobChange => {
      const { job, placement } = specOf.get(row.key)!;
      const gen = row.gen + 1;
      const { cost } = placement;
      // what was spent stays spent: the bound of the job is what both may come to
      const costs = cost
        ? { cost: { ...cost, boundUsd: cost.boundUsd + spentUsd(cost, placement, row.attempts) } }
        : {};
      return {
        key: row.key,
        gen: row.gen,
        from: [row.state],
        set: {
          state: 'PLANNED',
          gen,
          spec: { job, placement: { ...placement, ...costs, gen } },
          attempts: row.attempts.map((attempt) => ({ ...attempt, forgiven: true })),
          providerId: null,
          submittedAt: null,
          lastSeenAt: null,
          notBefore: null,
          deadlineAt: null,
          cancelRequestedAt: null,
          cancelReason: null,
          errorClass: null,
          error: null,
        },
      };
    });
    if (changes.length > 0) await on.rows.change(on.lease, changes);
  }
}

/** Submits planned jobs, the oldest first, as far as the runner has room. */
export async function topUp(on: JobsOn): Promise<void> {
  const runner = on.runner.kind;
  const room = await roomIn(on);
  if (room <= 0) return;
  const now = timeOf(on);
  const planned = await on.rows.read(on.home, { runner, states: ['PLANNED'], limit: room });
  const due = planned.filter(
    (row) => row.cancelRequestedAt === null && !(row.notBefore && row.notBefore > now),
  );
  if (due.length === 0) return;
  const { arrays, alone } = cutArrays(due, on.runner.abilities.mostInArray ?? 1);
  // the list of an array stands before a row claims a place in it, so whoever finds the claim finds the list
  for (const array of arrays) await writeList(array, on);
  const intended = [
    ...alone.map((row) => ({ ...row, providerId: null })),
    ...arrays.flatMap(({ list, rows }) =>
      rows.map((row, index) => ({ ...row, providerId: claimOf({ list, index }) })),
    ),
  ];
  const mine = await changeAll(
    intended.map(({ key, gen, providerId }) => ({
      ...{ key, gen, from: ['PLANNED'] },
      set: { state: 'SUBMITTING', notBefore: null, providerId },
    })),
    on,
  );
  reach('jobs-intended');
  await submitIntended(
    intended.filter(({ key }) => mine.has(key)),
    on,
  );
}

/** How many jobs its runner may be given now: as many more as may wait, and as may be there in all. */
async function roomIn({ home, rows, runner: { kind, abilities } }: JobsOn): Promise<number> {
  const { mostWaiting, mostAtOnce = Number.POSITIVE_INFINITY } = abilities;
  const waits = ['SUBMITTING', 'SUBMITTED', 'QUEUED'] as const;
  const waiting = await rows.read(home, { runner: kind, states: waits });
  const room = mostWaiting - waiting.length;
  if (room <= 0 || mostAtOnce === Number.POSITIVE_INFINITY) return room;
  const running = await rows.read(home, { runner: kind, states: ['RUNNING'] });
  return Math.min(room, mostAtOnce - waiting.length - running.length);
}

/** Changes any number of rows; gives the keys that were changed. */
export async function changeAll(changes: readonly JobChange[], on: JobsOn): Promise<ReadonlySet<string>> {
  const changed = new Set<string>();
  for (let from = 0; from < changes.length; from += ROWS_AT_ONCE)
    for (const key of await on.rows.change(on.lease, changes.slice(from, from + ROWS_AT_ONCE)))
      changed.add(key);
  return changed;
}

async function writeList({ list, rows }: JobArray, on: JobsOn): Promise<void> {
  const specs = await inTurn(rows, async (row) => (await intentOf(row, on)).specUri);
  const key = listKey(rows[0]!.run, list);
  await on.store.put(key, new TextEncoder().encode(listText(specs)), { durable: false });
}

/** So many at a time, in the order given: ten thousand files are not asked for at once. */
export async function inTurn<In, Out>(all: readonly In[], work: (one: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = [];
  for (let from = 0; from < all.length; from += CALLS_AT_ONCE)
    done.push(...(await Promise.all(all.slice(from, from + CALLS_AT_ONCE).map(work))));
  return done;
}

/**
 * Asks the runner for jobs whose intent is on record; asking again finds what was started by a call whose answer was
 * lost. One that the runner does not take now stays intended, with its reason, and the next poll asks again; one that it
 * will never take has failed.
 */
export async function submitIntended(rows: readonly JobRow[], on: JobsOn): Promise<void> {
  const alone: JobRow[] = [];
  const arrays = new Map<string, JobRow[]>();
  for (const row of rows) {
    const list = readClaim(row.providerId)?.list;
    if (list === undefined) alone.push(row);
    else if (!arrays.get(list)?.push(row)) arrays.set(list, [row]);
  }
  for (const [list, some] of arrays) await submitArray(list, some, on);
  for (let from = 0; from < alone.length; from += CALLS_AT_ONCE) {
    const some = alone.slice(from, from + CALLS_AT_ONCE);
    const answers = await Promise.all(
      some.map(async (row) => {
        try {
          return await on.runner.submit(await intentOf(row, on));
        } catch (error) {
          return error instanceof SubmissionRefused ? error : null;
        }
      }),
    );
    reach('jobs-asked');
    const changes = some.flatMap((row, at) => {
      const set = setByAnswer(row, answers[at]!, on);
      return set ? [{ key: row.key, gen: row.gen, from: ['SUBMITTING'] as const, set }] : [];
    });
    await on.rows.change(on.lease, changes);
    reach('jobs-submitted');
  }
}

/** Asks for an array of which these rows are at least a part; the list says what all of it is. */
async function submitArray(list: string, rows: readonly JobRow[], on: JobsOn): Promise<void> {
  const [{ key, gen, home, run, spec }] = rows as readonly [JobRow];
  const name = arrayName(jobName(key, gen), list);
  const at = listKey(run, list);
  let answer: readonly string[] | SubmissionRefused | null = null;
  try {
    const bytes = await on.store.get(at);
    if (!bytes) throw new RangeError(`the store has no list ${at}`);
    const { length: size } = (JSON.parse(new TextDecoder().decode(bytes)) as { specs: string[] }).specs;
    answer = await on.runner.submitArray!({ name, home, listUri: on.store.uriOf(at), size, spec });
  } catch (error) {
    if (error instanceof SubmissionRefused) answer = error;
  }
  reach('jobs-asked');
  const changes = rows.flatMap((row): JobChange[] => {
    const { index } = readClaim(row.providerId)!;
    const handle =
      answer === null || answer instanceof SubmissionRefused
        ? answer
        : { name: jobName(row.key, row.gen), providerId: answer[index]! };
    const set = setByAnswer(row, handle, on);
    return set ? [{ key: row.key, gen: row.gen, from: ['SUBMITTING'], set }] : [];
  });
  await changeAll(changes, on);
  reach('jobs-submitted');
}

/** What a runner's answer changes in a row; undefined = nothing. */
function setByAnswer(
  row: JobRow,
  answer: Handle | SubmissionRefused | null,
  on: JobsOn,
): JobChange['set'] | undefined {
  if (answer === null) return undefined;
  if (!(answer instanceof SubmissionRefused)) {
    const { providerId } = answer;
    const error = row.error === null ? {} : { error: null };
    return { state: 'SUBMITTED', providerId, submittedAt: timeOf(on), ...error };
  }
  const { errorClass, message } = answer;
  if (mayPass(errorClass)) return row.error === message ? undefined : { error: message };
  const attempt: JobAttempt = {
    gen: row.gen,
    name: jobName(row.key, row.gen),
    state: 'FAILED',
    errorClass,
    exitCode: null,
    reason: message,
    endedAt: timeOf(on),
    usage: null,
    // nothing was begun, so nothing is paid for
    ...(row.spec.placement.cost ? { usd: 0 } : {}),
  };
  return { state: 'FAILED', errorClass, error: message, attempts: [...row.attempts, attempt] };
}

async function intentOf(row: JobRow, { store }: JobsOn): Promise<Intent> {
  const { spec, gen } = row;
  const key = `${spec.placement.result}spec-g${gen}.json`;
  // one that a power cut takes is written again with the next gen
  await store.put(key, new TextEncoder().encode(specText(spec)), { durable: false });
  const { home, jobSha256 } = row;
  return { name: jobName(row.key, gen), home, jobSha256, gen, specUri: store.uriOf(key), spec };
}
