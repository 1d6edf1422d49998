import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, SihwangError } from '../domain/index.ts';
import { reach } from '../store/index.ts';
import { commitUntouched } from './commit-untouched.ts';
import { attemptUsd } from './cost/job-cost.ts';
import type { Job } from './job.ts';
import { jobName } from './job-name.ts';
import type { JobAttempt, JobChange, JobRow, RowsOf } from './job-rows.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { retryAfter } from './retry.ts';
import { ENDED, type ErrorClass, type Handle, type JobState, type Report, type Runner } from './runner.ts';
import { changeAll, inTurn, type JobsOn, submitIntended, timeOf, topUp } from './submit-jobs.ts';

/** How a job stands for whoever asked for it. */
export interface JobOutcome {
  readonly key: string;
  readonly name: string;
  readonly jobSha256: string;
  /** Which part of a larger piece of work it is. */
  readonly shard: Job['shard'];
  readonly state: JobState;
  /** What it left; null unless it succeeded. */
  readonly manifest: Manifest | null;
  readonly errorClass: ErrorClass | null;
  readonly error: string | null;
}

const POLLED_AT_ONCE = 100;
/** Beyond its limit an attempt has so long to be ended by its runner. */
const DEADLINE_SECONDS = 120;
/** A row that only tells that its job still runs is written so often. */
const SEEN_EVERY_MS = 30_000;
const TOO_DEAR =
  'once more could pass the upper bound of its cost: raise limits.attempts, or mend the cause and retry the run';
const ACTIVE = ['SUBMITTING', 'SUBMITTED', 'QUEUED', 'RUNNING'] as const;

/**
 * One look at everything that the home has with the runner: takes down what has changed, turns ends that may pass into
 * the next gen, acts on cancellations, submits what there is room for. Then tells how these jobs stand.
 * @throws SihwangError `LEASE_LOST` (75)
 */
export async function pollJobs(keys: readonly string[], on: JobsOn): Promise<readonly JobOutcome[]> {
  await lookAfterJobs(on);
  return outcomesOf(keys, on);
}

/** How these jobs stand by the rows; nobody else is asked. */
export async function outcomesOf(keys: readonly string[], on: JobsOn): Promise<readonly JobOutcome[]> {
  return inTurn(await on.rows.read(on.home, { keys }), (row) => outcomeOf(row, on));
}

/**
 * Polls until each of these jobs has ended.
 * @throws the signal's reason; SihwangError `LEASE_LOST` (75)
 */
export async function watchJobs(
  keys: readonly string[],
  on: JobsOn,
  options: { readonly signal?: AbortSignal; readonly onChange?: (left: number) => void } = {},
): Promise<readonly JobOutcome[]> {
  for (let left = keys; ; ) {
    await lookAfterJobs(on);
    const before = left.length;
    left = await on.rows.stillOpen(on.home, left);
    if (left.length !== before) options.onChange?.(left.length);
    if (left.length === 0) break;
    await sleep(
      on.runner.abilities.pollSeconds * 1000,
      undefined,
      options.signal && { signal: options.signal },
    );
  }
  return outcomesOf(keys, on);
}

/**
 * Asks for the end of jobs, and acts on it as far as it can be done now; polling and reconciling go on until they have
 * ended. A job that succeeds meanwhile is cancelled all the same; what it left stays.
 */
export async function cancelJobs(of: RowsOf, reason: string, on: JobsOn): Promise<void> {
  await on.rows.requestCancel(on.home, of, reason, timeOf(on));
  reach('cancel-asked');
  await cancelAsked(on);
}

/** What `pollJobs` does before it answers: one look at everything that the home has with the runner. */
export async function lookAfterJobs(on: JobsOn): Promise<void> {
  await cancelAsked(on);
  const active = await on.rows.read(on.home, { runner: on.runner.kind, states: ACTIVE });
  await submitIntended(
    active.filter(({ state, cancelRequestedAt }) => state === 'SUBMITTING' && cancelRequestedAt === null),
    on,
  );
  const there = active.filter(({ state }) => state !== 'SUBMITTING');
  const atOnce = on.runner.abilities.polledAtOnce ?? POLLED_AT_ONCE;
  for (let from = 0; from < there.length; from += atOnce)
    await takeDown(there.slice(from, from + atOnce), on);
  await topUp(on);
}

async function cancelAsked(on: JobsOn): Promise<void> {
  const cancelling = await on.rows.read(on.home, { runner: on.runner.kind, cancelling: true });
  const changes: JobChange[] = [];
  const asked = new Map<string, Handle[]>();
  for (const row of cancelling) {
    const { key, gen, state } = row;
    if (state === 'PLANNED') {
      const set = { state: 'CANCELLED' as const, errorClass: 'cancelled' as const, error: row.cancelReason };
      changes.push({ key, gen, from: ['PLANNED'], set });
      continue;
    }
    if (state === 'SUBMITTING') {
      // whether it was started is not known; what was is found by its name, and ended with the rest
      const set = { state: 'SUBMITTED' as const, submittedAt: timeOf(on) };
      changes.push({ key, gen, from: ['SUBMITTING'], set });
    }
    const reason = row.cancelReason ?? '';
    if (!asked.get(reason)?.push(handleOf(row))) asked.set(reason, [handleOf(row)]);
  }
  for (const [reason, handles] of asked) await cancelAll(handles, reason, on.runner);
  if (changes.length > 0) await changeAll(changes, on);
}

/** Asks for the end of jobs, together where the runner can. */
export async function cancelAll(handles: readonly Handle[], reason: string, runner: Runner): Promise<void> {
  if (runner.cancelMany) await runner.cancelMany(handles, reason);
  else for (const handle of handles) await runner.cancel(handle, reason);
}

async function takeDown(rows: readonly JobRow[], on: JobsOn): Promise<void> {
  const reports = new Map((await on.runner.poll(rows.map(handleOf))).map((report) => [report.name, report]));
  const decided = await inTurn(rows, async (row) => {
    const report = reports.get(handleOf(row).name);
    return report ? { row, change: await changeFor(row, report, on) } : { row, change: undefined };
  });
  const changes = decided.flatMap(({ change }) => (change ? [change] : []));
  if (changes.length === 0) return;
  const changed = await changeAll(changes, on);
  reach('jobs-taken-down');
  for (const { row, change } of decided) {
    const over = change?.set.attempts !== undefined;
    if (over && changed.has(row.key)) await on.runner.release(handleOf(row));
  }
}

/** What a report changes in a row; undefined = nothing. */
async function changeFor(row: JobRow, report: Report, on: JobsOn): Promise<JobChange | undefined> {
  const now = timeOf(on);
  const { key, gen } = row;
  const to = (set: JobChange['set']): JobChange => ({ key, gen, from: ACTIVE, set });
  const { providerId, state } = report;
  if (!ENDED.includes(state)) {
    if (row.deadlineAt && row.deadlineAt < now)
      await on.runner.cancel(handleOf(row), 'it has taken longer than its limit');
    const seen = report.lastSeenAt && +report.lastSeenAt - +(row.lastSeenAt ?? 0) > SEEN_EVERY_MS;
    if (state === row.state && !seen) return undefined;
    const begins = state === 'RUNNING' && row.state !== 'RUNNING';
    const limitMs = (row.spec.placement.limits.attemptSeconds + DEADLINE_SECONDS) * 1000;
    const from = report.attemptStartedAt ?? null;
    // a provider that started it once more has begun its time anew
    const later = from !== null && +from + limitMs > +(row.deadlineAt ?? 0);
    const deadlineAt =
      begins || later ? { deadlineAt: new Date(Math.max(+(from ?? now), begins ? +now : 0) + limitMs) } : {};
    return to({ state, providerId, lastSeenAt: report.lastSeenAt, ...deadlineAt });
  }
  const visibleFrom = +(row.submittedAt ?? 0) + on.runner.abilities.visibleAfterSeconds * 1000;
  if (state === 'LOST' && row.cancelRequestedAt === null && +now < visibleFrom) return undefined;
  return to(await setAtEnd(row, report, on));
}

async function setAtEnd(row: JobRow, report: Report, on: JobsOn): Promise<JobChange['set']> {
  const end = await endOf(row, report, on);
  const { placement } = row.spec;
  const { cost, resources } = placement;
  const attempt: JobAttempt = {
    gen: row.gen,
    name: report.name,
    providerId: report.providerId ?? row.providerId,
    state: end.state,
    errorClass: end.errorClass,
    exitCode: report.exitCode,
    reason: end.error,
    endedAt: timeOf(on),
    usage: report.usage,
    ...(cost ? { usd: attemptUsd(cost, resources, report.usage) } : {}),
  };
  const attempts = [...row.attempts, attempt];
  const { lastSeenAt } = report;
  if (end.state === 'SUCCEEDED' || end.state === 'CANCELLED') return { ...end, attempts, lastSeenAt };
  const next = retryAfter(row, attempt);
  const { waitSeconds, starts } = next;
  if (waitSeconds === null) {
    const error = next.tooDear ? `${end.error ?? 'it failed'}; ${TOO_DEAR}` : end.error;
    return { ...end, error, attempts, lastSeenAt };
  }
  const gen = row.gen + 1;
  return {
    state: 'PLANNED',
    gen,
    spec: {
      ...row.spec,
      placement: {
        ...placement,
        gen,
        resources: next.resources,
        ...(starts === null ? {} : { limits: { ...placement.limits, starts } }),
      },
    },
    providerId: null,
    submittedAt: null,
    deadlineAt: null,
    lastSeenAt,
    notBefore: new Date(+timeOf(on) + waitSeconds * 1000),
    attempts,
  };
}

interface End {
  readonly state: JobState;
  readonly errorClass: ErrorClass | null;
  readonly error: string | null;
}

/** The result decides before the runner's words do: what stands was computed, however its worker ended. */
async function endOf(row: JobRow, report: Report, on: JobsOn): Promise<End> {
  const failed = (errorClass: ErrorClass, error: string | null): End => ({
    state: 'FAILED',
    errorClass,
    error,
  });
  if (row.cancelRequestedAt !== null)
    return { state: 'CANCELLED', errorClass: 'cancelled', error: row.cancelReason };
  try {
    if (await readManifest(on.store, row.spec.placement, row.jobSha256)) {
      // a worker that died behind its result had no time to tidy up
      if (report.state !== 'SUCCEEDED') await dropCheckpoints(row, on);
      return { state: 'SUCCEEDED', errorClass: null, error: null };
    }
    if (report.state === 'SUCCEEDED' && report.left && row.spec.placement.untouched) {
      await commitUntouched(on.store, row, { ...report, left: report.left });
      return { state: 'SUCCEEDED', errorClass: null, error: null };
    }
  } catch (error) {
    if (error instanceof SihwangError && error.exit === EXIT.bug)
      return failed('bug', row.spec.placement.untouched ? `${error.message}. ${error.hint}` : error.message);
    throw error;
  }
  const { state, errorClass, reason } = report;
  if (state === 'SUCCEEDED') return failed('no-result', 'it ended well and left no result');
  if (state === 'CANCELLED') {
    const late = row.deadlineAt !== null && row.deadlineAt < timeOf(on);
    return late ? failed('timeout', reason) : { state: 'CANCELLED', errorClass: 'cancelled', error: reason };
  }
  if (state === 'LOST') return { state: 'LOST', errorClass: 'lost', error: reason };
  return failed(errorClass ?? 'bug', reason);
}

async function dropCheckpoints({ spec }: JobRow, { store }: JobsOn): Promise<void> {
  for await (const { key } of store.list(`${spec.placement.result}checkpoint/`)) await store.delete(key);
}

function handleOf({ key, gen, providerId }: JobRow): Handle {
  return { name: jobName(key, gen), providerId };
}

async function outcomeOf(row: JobRow, { store }: JobsOn): Promise<JobOutcome> {
  const { key, gen, jobSha256, state, errorClass, error, spec } = row;
  const manifest = state === 'SUCCEEDED' ? await readManifest(store, spec.placement, jobSha256) : null;
  return {
    key,
    name: jobName(key, gen),
    jobSha256,
    shard: spec.job.shard,
    state,
    manifest,
    errorClass,
    error,
  };
}
