import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchClient,
  DescribeJobsCommand,
  type JobDetail,
  type JobStatus,
  type JobSummary,
  ListJobsCommand,
  SubmitJobCommand,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import { awsConfig, openObject } from '../../../store/index.ts';
import { LEAST_ATTEMPT_SECONDS } from '../../cost/job-cost.ts';
import type { Placement } from '../../job.ts';
import { arrayName, namesInList, readClaim } from '../../job-arrays.ts';
import { mayPass } from '../../retry.ts';
import {
  type ArrayIntent,
  type Handle,
  type Intent,
  type Listed,
  type LogPage,
  type Report,
  type Runner,
  type RunnerAbilities,
  SubmissionRefused,
} from '../../runner.ts';
import { CallBudget } from '../aws/call-budget.ts';
import { notAgainReason, ourReason, serviceNowMs, stuckReason, unknownTo } from '../aws/ends.ts';
import { readLogStreams } from '../aws/log-page.ts';
import { inPages } from '../aws/pages.ts';
import { adoptOldest, isRefusal, refusedBy, tooLarge } from '../aws/submissions.ts';
import { ArrayWatch } from './batch-arrays.ts';
import { classOf, reportOf, stateOf } from './batch-report.ts';
import { type DefinitionOf, ensureDefinition } from './job-definition.ts';
import { RETRY_RULES } from './retry-rules.ts';

export interface BatchRunnerOptions {
  /** Where jobs go that may be taken away, and those that may not. */
  readonly spotQueue: string;
  readonly onDemandQueue: string;
  readonly definition: Omit<DefinitionOf, 'attempts'>;
  /** How often Batch itself starts a job, the first time included. Default 3. */
  readonly attempts?: number;
  /** A job that no machine can be found for is ended after so long, with Batch's reason. Default an hour. */
  readonly mostWaitSeconds?: number;
  readonly pollSeconds?: number;
  /** So many jobs may wait in the queues; the rest stay planned. Default 10,000. */
  readonly mostWaiting?: number;
  /** So many jobs may be there at a time, those that run included. Default: as many as may wait. */
  readonly mostAtOnce?: number;
  /** How long an ambiguous submission is looked for before it is made again. Default 30 s. */
  readonly lookSeconds?: number;
  /** Multiplies how often Batch is asked, where an account's quotas were raised. Default 1: five calls a second. */
  readonly callRate?: number;
}

const IDS_AT_ONCE = 100;
const BODY_BYTES = 30 * 1024;
/** What the definition's ARN adds to a submission at the most. */
const ARN_BYTES = 512;
/** Batch takes no larger array. */
const MOST_IN_ARRAY = 10_000;
const CHILDREN_A_PAGE = 1000;
const RUNNING_EVERY_POLLS = 6;
/** An end that was asked for is asked for again when so many polls have not seen it. */
const END_AGAIN_POLLS = 20;

/**
 * Runs jobs on AWS Batch. Batch has no token for submissions, so a name is looked for before it is asked for again, and
 * of two jobs with one name the older one stays. Source of every rule: docs.aws.amazon.com/batch/latest/userguide
 */
export function openBatchRunner(options: BatchRunnerOptions): Runner {
  return new BatchRunner(options);
}

class BatchRunner implements Runner {
  readonly kind = 'aws-batch';
  readonly abilities: RunnerAbilities;
  private readonly client = new BatchClient(awsConfig());
  /** The SDK's second request after a lost answer would be a second job. */
  private readonly once = new BatchClient({ ...awsConfig(), maxAttempts: 1 });
  private readonly looks: CallBudget;
  private readonly submissions: CallBudget;
  private readonly options: BatchRunnerOptions;
  /** By image: settings may name another one while this runner lives. */
  private readonly definitions = new Map<string, Promise<string>>();
  private readonly arrays: ArrayWatch;
  /** When the end of a job was asked for. */
  private readonly endAskedAtMs = new Map<string, number>();

  constructor(options: BatchRunnerOptions) {
    this.options = options;
    this.looks = new CallBudget(5 * (options.callRate ?? 1));
    this.submissions = new CallBudget(20 * (options.callRate ?? 1));
    this.abilities = {
      limitsMemory: true,
      findsLost: true,
      mostWaiting: options.mostWaiting ?? 10_000,
      ...(options.mostAtOnce === undefined ? {} : { mostAtOnce: options.mostAtOnce }),
      pollSeconds: options.pollSeconds ?? 5,
      visibleAfterSeconds: 120,
      polledAtOnce: MOST_IN_ARRAY,
      mostInArray: MOST_IN_ARRAY,
    };
    this.arrays = new ArrayWatch(
      {
        describe: (ids) => this.describe(ids),
        children: (id, status, most) => this.children(id, status, most),
        terminate: (id, reason) => this.terminateWith(id, reason),
        nowMs: () => serviceNowMs(this.client),
      },
      {
        runningEverySeconds: this.abilities.pollSeconds * RUNNING_EVERY_POLLS,
        mostWaitSeconds: options.mostWaitSeconds,
      },
    );
  }

  async submit({ name, home, specUri, spec }: Intent): Promise<Handle> {
    const { placement } = spec;
    return { name, providerId: await this.started({ name, home, uri: specUri, placement }) };
  }

  async submitArray({ name, home, listUri, size, spec }: ArrayIntent): Promise<readonly string[]> {
    const id = await this.started({ name, home, uri: listUri, size, placement: spec.placement });
    return Array.from({ length: size }, (_, index) => `${id}:${index}`);
  }

  /** The id of the job of this name, which is submitted where there is none. */
  private async started(asked: Asked): Promise<string> {
    const { name } = asked;
    const submission = this.submissionOf(asked);
    const bytes = Buffer.byteLength(JSON.stringify(submission)) + ARN_BYTES;
    if (bytes > BODY_BYTES)
      throw tooLarge({
        ko: `일감 ${name}: 제출이 ${bytes}바이트인데 AWS Batch는 ${BODY_BYTES}바이트까지 받습니다`,
        en: `the submission of ${name} has up to ${bytes} bytes; AWS Batch takes ${BODY_BYTES}`,
      });
    const there = await this.adopt(name);
    if (there) return there;
    try {
      const jobDefinition = await this.definitionFor(asked.placement);
      const command = new SubmitJobCommand({ ...submission, jobDefinition });
      const { jobId } = await this.submissions.run(() => this.once.send(command));
      return jobId!;
    } catch (error) {
      if (error instanceof SubmissionRefused) throw error;
      if (isRefusal(error)) throw refusedBy('AWS Batch', name, error);
      // the answer was lost: whether it was taken is only known by looking
      const until = performance.now() + (this.options.lookSeconds ?? 30) * 1000;
      do {
        const found = await this.adopt(name);
        if (found) return found;
        await sleep(250);
      } while (performance.now() < until);
      throw error;
    }
  }

  private definitionFor(placement: Placement): Promise<string> {
    const image = placement.image ?? this.options.definition.image;
    const there = this.definitions.get(image);
    if (there) return there;
    const attempts = this.options.attempts ?? 3;
    const of = { ...this.options.definition, image, attempts };
    const found = ensureDefinition(this.client, this.looks, of);
    this.definitions.set(image, found);
    found.catch(() => this.definitions.delete(image));
    return found;
  }

  /** All but the definition. */
  private submissionOf({ name, home, uri, size, placement }: Asked) {
    const { resources, limits } = placement;
    return {
      jobName: name,
      jobQueue: resources.spot ? this.options.spotQueue : this.options.onDemandQueue,
      ...(size === undefined ? {} : { arrayProperties: { size } }),
      parameters: { spec: uri },
      containerOverrides: {
        resourceRequirements: [
          { type: 'VCPU' as const, value: String(resources.vcpu) },
          { type: 'MEMORY' as const, value: String(resources.memoryMiB) },
          ...(resources.gpu > 0 ? [{ type: 'GPU' as const, value: String(resources.gpu) }] : []),
        ],
      },
      // without one, Batch lets an attempt run for ever
      timeout: { attemptDurationSeconds: Math.max(LEAST_ATTEMPT_SECONDS, Math.ceil(limits.attemptSeconds)) },
      retryStrategy: {
        attempts: Math.min(this.options.attempts ?? 3, limits.starts ?? limits.attempts),
        evaluateOnExit: [...RETRY_RULES],
      },
      tags: { 'sihwang:home': home, 'sihwang:run': placement.run.slice(0, 256) },
      propagateTags: true,
    };
  }

  /** The id of the job of this name; of several the oldest, and the others are ended. null = there is none. */
  private adopt(name: string): Promise<string | null> {
    return adoptOldest(name, this.summaries(name), (id, reason) => this.terminate(id, reason));
  }

  /** The runner's own id: as it is known, else by the name, or by that of the array; null = there is none. */
  private async idOf(
    { name, providerId }: Handle,
    parents: Map<string, string | null>,
  ): Promise<string | null> {
    const place = readClaim(providerId);
    if (!place) return providerId ?? (await this.adopt(name));
    const array = arrayName(name, place.list);
    const known = parents.get(array);
    const parent = known === undefined ? await this.adopt(array) : known;
    parents.set(array, parent);
    return parent === null ? null : `${parent}:${place.index}`;
  }

  /** Jobs of their own by id, and children by their array. */
  private async sorted(handles: readonly Handle[]) {
    const parents = new Map<string, string | null>();
    const alone = new Map<string, string>();
    const arrays = new Map<string, { readonly name: string; readonly index: number }[]>();
    const unknown: string[] = [];
    for (const handle of handles) {
      const { name } = handle;
      const id = await this.idOf(handle, parents);
      const [parent, index] = id?.split(':') ?? [];
      if (id === null || parent === undefined) unknown.push(name);
      else if (index === undefined) alone.set(id, name);
      else {
        const child = { name, index: Number(index) };
        if (!arrays.get(parent)?.push(child)) arrays.set(parent, [child]);
      }
    }
    return { alone, arrays, unknown };
  }

  async poll(handles: readonly Handle[]): Promise<readonly Report[]> {
    const { alone, arrays, unknown } = await this.sorted(handles);
    const reports = unknown.map((name) => unknownTo('AWS Batch', name));
    if (arrays.size > 0) reports.push(...(await this.arrays.poll(arrays)));
    if (alone.size === 0) return reports;
    const details = new Map((await this.describe([...alone.keys()])).map((job) => [job.jobId!, job]));
    for (const [id, name] of alone) {
      const job = details.get(id);
      if (job) await this.endInVain(job);
      reports.push(job ? reportOf(name, job) : unknownTo('AWS Batch', name));
    }
    return reports;
  }

  private async describe(ids: readonly string[]): Promise<JobDetail[]> {
    const jobs: JobDetail[] = [];
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
      const some = ids.slice(from, from + IDS_AT_ONCE);
      const answer = await this.looks.run(() => this.client.send(new DescribeJobsCommand({ jobs: some })));
      jobs.push(...(answer.jobs ?? []));
    }
    return jobs;
  }

  /** Ends a job that no machine can be found for, and one that is started again although it can only fail once more. */
  private async endInVain(job: JobDetail): Promise<void> {
    if (job.status !== 'RUNNABLE' && job.status !== 'STARTING') return;
    const begun = (job.attempts?.length ?? 0) > 0;
    const errorClass = begun ? classOf(job) : null;
    const reason =
      errorClass === null
        ? job.status === 'RUNNABLE' &&
          stuckReason(job, serviceNowMs(this.client), this.options.mostWaitSeconds)
        : !mayPass(errorClass) && notAgainReason(errorClass, job.statusReason ?? null);
    if (reason) await this.terminateWith(job.jobId!, reason);
  }

  async cancel(handle: Handle, reason: string): Promise<void> {
    await this.cancelMany([handle], reason);
  }

  /** An array of which every child that has not ended is meant is ended by one call. */
  async cancelMany(handles: readonly Handle[], reason: string): Promise<void> {
    const { alone, arrays } = await this.sorted(handles);
    const ids = [...alone.keys()];
    const parents = new Map((await this.describe([...arrays.keys()])).map((job) => [job.jobId!, job]));
    for (const [id, children] of arrays) {
      const { size = 0, statusSummary: { SUCCEEDED = 0, FAILED = 0 } = {} } =
        parents.get(id)?.arrayProperties ?? {};
      if (children.length >= size - SUCCEEDED - FAILED) ids.push(id);
      else ids.push(...children.map(({ index }) => `${id}:${index}`));
    }
    const now = performance.now();
    const again = this.abilities.pollSeconds * END_AGAIN_POLLS * 1000;
    for (const id of ids) {
      if (now - (this.endAskedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < again) continue;
      await this.terminate(id, reason);
      this.endAskedAtMs.set(id, now);
    }
  }

  /** Also ends what has not begun; CancelJob would do nothing, silently, to a job that runs. */
  private async terminate(jobId: string, reason: string): Promise<void> {
    await this.terminateWith(jobId, ourReason(reason));
  }

  private async terminateWith(jobId: string, reason: string): Promise<void> {
    await this.looks.run(() => this.client.send(new TerminateJobCommand({ jobId, reason })));
  }

  async logs(handle: Handle, cursor: string): Promise<LogPage> {
    const id = await this.idOf(handle, new Map());
    const [job] = id === null ? [] : await this.describe([id]);
    const streams = (job?.attempts ?? []).flatMap(({ container }) => container?.logStreamName ?? []);
    // an attempt that is at work may stand beside the list of those that have ended
    const now = job?.container?.logStreamName;
    if (now !== undefined && !streams.includes(now)) streams.push(now);
    return readLogStreams(this.options.definition.logGroup ?? '/aws/batch/job', streams, cursor);
  }

  async *list(prefix: string): AsyncGenerator<Listed> {
    const page: JobSummary[] = [];
    for await (const one of this.summaries(`${prefix}*`)) {
      if (one.status === 'SUCCEEDED' || one.status === 'FAILED') continue;
      page.push(one);
      if (page.length === IDS_AT_ONCE) yield* await this.listed(page.splice(0));
    }
    yield* await this.listed(page);
  }

  /** Whose a job is stands in its tags, which a list does not tell. */
  private async listed(some: readonly JobSummary[]): Promise<readonly Listed[]> {
    const details = await this.describe(some.map(({ jobId }) => jobId!));
    const found: Listed[] = [];
    for (const job of details) {
      const home = job.tags?.['sihwang:home'] ?? null;
      if (job.arrayProperties?.size === undefined)
        found.push({ name: job.jobName!, providerId: job.jobId!, home, state: stateOf(job) });
      else found.push(...(await this.childrenListed(job, home)));
    }
    return found;
  }

  /** The jobs of an array, whose names stand in the list that its workers are given. */
  private async childrenListed(parent: JobDetail, home: string | null): Promise<readonly Listed[]> {
    const { jobId, jobName, parameters } = parent;
    const { store, key } = await openObject(parameters!.spec!);
    const bytes = await store.get(key);
    // a list that is gone leaves the array as it is: nobody knows what it would end
    if (!bytes) return [{ name: jobName!, providerId: jobId!, home: null, state: stateOf(parent) }];
    const names = namesInList(jobName!, new TextDecoder().decode(bytes));
    const reports = await this.arrays.poll(
      new Map([[jobId!, names.map((name, index) => ({ name, index }))]]),
    );
    return reports.map(({ name, providerId, state }) => ({ name, providerId, home, state }));
  }

  private children(arrayJobId: string, jobStatus: JobStatus, most?: number): AsyncGenerator<JobSummary> {
    return inPages(async (nextToken) => {
      const page = await this.looks.run(() =>
        this.client.send(
          new ListJobsCommand({
            ...{ arrayJobId, jobStatus, maxResults: most ?? CHILDREN_A_PAGE },
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        ),
      );
      return { items: page.jobSummaryList, next: most === undefined ? page.nextToken : undefined };
    });
  }

  /** Every job of a name, or of names that begin so when it ends in `*`, whatever its state. */
  private async *summaries(name: string): AsyncGenerator<JobSummary> {
    for (const jobQueue of new Set([this.options.spotQueue, this.options.onDemandQueue]))
      yield* inPages(async (nextToken) => {
        const page = await this.looks.run(() =>
          this.client.send(
            new ListJobsCommand({
              jobQueue,
              filters: [{ name: 'JOB_NAME', values: [name] }],
              ...(nextToken === undefined ? {} : { nextToken }),
            }),
          ),
        );
        return { items: page.jobSummaryList, next: page.nextToken };
      });
  }

  /** Batch forgets ended jobs by itself. */
  async release({ providerId }: Handle): Promise<void> {
    const [parent, index] = providerId?.split(':') ?? [];
    if (parent !== undefined && index !== undefined) this.arrays.release(parent, Number(index));
  }

  async close(): Promise<void> {
    this.client.destroy();
    this.once.destroy();
  }
}

/** A job, or many as one, that is asked for. */
interface Asked {
  readonly name: string;
  readonly home: string;
  /** Of the spec, or of the list of the specs. */
  readonly uri: string;
  /** Of an array. */
  readonly size?: number;
  readonly placement: Placement;
}
