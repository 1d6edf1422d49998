import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchClient,
  DescribeJobsCommand,
  type JobDetail,
  type JobSummary,
  ListJobsCommand,
  SubmitJobCommand,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import { awsConfig } from '../../../store/index.ts';
import { LEAST_ATTEMPT_SECONDS } from '../../cost/job-cost.ts';
import type { Handle, Intent, Listed, LogPage, Report, Runner, RunnerAbilities } from '../../runner.ts';
import { CallBudget } from '../aws/call-budget.ts';
import { ourReason, stuckReason, unknownTo } from '../aws/ends.ts';
import { readLogPage } from '../aws/log-page.ts';
import { inPages } from '../aws/pages.ts';
import { adoptOldest, isRefusal, refusedBy, tooLarge } from '../aws/submissions.ts';
import { reportOf, stateOf } from './batch-report.ts';
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
  /** How long an ambiguous submission is looked for before it is made again. Default 30 s. */
  readonly lookSeconds?: number;
}

const IDS_AT_ONCE = 100;
const BODY_BYTES = 30 * 1024;

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
  private readonly looks = new CallBudget(5);
  private readonly submissions = new CallBudget(20);
  private readonly options: BatchRunnerOptions;
  private definition: Promise<string> | undefined;

  constructor(options: BatchRunnerOptions) {
    this.options = options;
    this.abilities = {
      limitsMemory: true,
      findsLost: true,
      mostWaiting: options.mostWaiting ?? 10_000,
      pollSeconds: options.pollSeconds ?? 5,
      visibleAfterSeconds: 120,
    };
  }

  async submit(intent: Intent): Promise<Handle> {
    const there = await this.adopt(intent.name);
    if (there) return { name: intent.name, providerId: there };
    const command = new SubmitJobCommand(await this.submissionOf(intent));
    if (Buffer.byteLength(JSON.stringify(command.input)) > BODY_BYTES)
      throw tooLarge(`the submission of ${intent.name} is above ${BODY_BYTES} bytes`);
    try {
      const { jobId } = await this.submissions.run(() => this.once.send(command));
      return { name: intent.name, providerId: jobId! };
    } catch (error) {
      if (isRefusal(error)) throw refusedBy('AWS Batch', intent.name, error);
      // the answer was lost: whether it was taken is only known by looking
      const until = performance.now() + (this.options.lookSeconds ?? 30) * 1000;
      do {
        const found = await this.adopt(intent.name);
        if (found) return { name: intent.name, providerId: found };
        await sleep(250);
      } while (performance.now() < until);
      throw error;
    }
  }

  private async submissionOf(intent: Intent) {
    const { placement } = intent.spec;
    const { resources, limits } = placement;
    this.definition ??= ensureDefinition(this.client, this.looks, {
      ...this.options.definition,
      ...(placement.image === null ? {} : { image: placement.image }),
      attempts: this.options.attempts ?? 3,
    }).catch((error: unknown) => {
      this.definition = undefined;
      throw error;
    });
    return {
      jobName: intent.name,
      jobQueue: resources.spot ? this.options.spotQueue : this.options.onDemandQueue,
      jobDefinition: await this.definition,
      parameters: { spec: intent.specUri },
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
      tags: { 'sihwang:home': intent.home, 'sihwang:run': placement.run.slice(0, 256) },
      propagateTags: true,
    };
  }

  /** The id of the job of this name; of several the oldest, and the others are ended. null = there is none. */
  private adopt(name: string): Promise<string | null> {
    return adoptOldest(name, this.summaries(name), (id, reason) => this.terminate(id, reason));
  }

  async poll(handles: readonly Handle[]): Promise<readonly Report[]> {
    const ids = new Map<string, string>();
    for (const { name, providerId } of handles) {
      const id = providerId ?? (await this.adopt(name));
      if (id !== null) ids.set(name, id);
    }
    const details = new Map((await this.describe([...ids.values()])).map((job) => [job.jobId!, job]));
    return Promise.all(
      handles.map(async ({ name }) => {
        const job = details.get(ids.get(name) ?? '');
        if (!job) return unknownTo('AWS Batch', name);
        await this.endIfStuck(job);
        return reportOf(name, job);
      }),
    );
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

  private async endIfStuck(job: JobDetail): Promise<void> {
    if (job.status !== 'RUNNABLE' || (job.attempts?.length ?? 0) > 0) return;
    const reason = stuckReason(job, this.options.mostWaitSeconds);
    if (reason === null) return;
    await this.looks.run(() => this.client.send(new TerminateJobCommand({ jobId: job.jobId, reason })));
  }

  async cancel({ name, providerId }: Handle, reason: string): Promise<void> {
    const id = providerId ?? (await this.adopt(name));
    if (id !== null) await this.terminate(id, reason);
  }

  /** Also ends what has not begun; CancelJob would do nothing, silently, to a job that runs. */
  private async terminate(jobId: string, reason: string): Promise<void> {
    await this.looks.run(() =>
      this.client.send(new TerminateJobCommand({ jobId, reason: ourReason(reason) })),
    );
  }

  async logs({ name, providerId }: Handle, cursor: string): Promise<LogPage> {
    const id = providerId ?? (await this.adopt(name));
    const [job] = id === null ? [] : await this.describe([id]);
    const stream = job?.attempts?.at(-1)?.container?.logStreamName ?? job?.container?.logStreamName;
    if (!stream) return { lines: [], cursor };
    return readLogPage(this.options.definition.logGroup ?? '/aws/batch/job', stream, cursor);
  }

  async *list(prefix: string): AsyncGenerator<Listed> {
    const page: JobSummary[] = [];
    for await (const one of this.summaries(`${prefix}*`)) {
      page.push(one);
      if (page.length === IDS_AT_ONCE) yield* await this.listed(page.splice(0));
    }
    yield* await this.listed(page);
  }

  /** Whose a job is stands in its tags, which a list does not tell. */
  private async listed(some: readonly JobSummary[]): Promise<readonly Listed[]> {
    const details = await this.describe(some.map(({ jobId }) => jobId!));
    return details.map((job) => ({
      name: job.jobName!,
      providerId: job.jobId!,
      home: job.tags?.['sihwang:home'] ?? null,
      state: stateOf(job),
    }));
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
  async release(): Promise<void> {}

  async close(): Promise<void> {
    this.client.destroy();
    this.once.destroy();
  }
}
