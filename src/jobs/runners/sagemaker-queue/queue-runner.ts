import { createHash } from 'node:crypto';
import {
  BatchClient,
  DescribeServiceJobCommand,
  type DescribeServiceJobResponse,
  ListServiceJobsCommand,
  type ServiceJobSummary,
  SubmitServiceJobCommand,
  TerminateServiceJobCommand,
} from '@aws-sdk/client-batch';
import { awsConfig } from '../../../store/index.ts';
import { LEAST_ATTEMPT_SECONDS } from '../../cost/job-cost.ts';
import {
  ENDED,
  type Handle,
  type Intent,
  type Listed,
  type LogPage,
  type Report,
  type Runner,
  type RunnerAbilities,
} from '../../runner.ts';
import { CallBudget } from '../aws/call-budget.ts';
import { ourReason, serviceNowMs, stuckReason, unknownTo } from '../aws/ends.ts';
import { readStreamsNamed } from '../aws/log-page.ts';
import { abilitiesOf, Looks } from '../aws/look-at.ts';
import { inPages } from '../aws/pages.ts';
import { adoptOldest, refusedBy, tooLarge } from '../aws/submissions.ts';
import { TRAINING_LOGS } from '../sagemaker/sagemaker-runner.ts';
import { classOfFailure, reportOf as reportOfTraining } from '../sagemaker/training-report.ts';
import { type TrainingOptions, trainingRequest } from '../sagemaker/training-request.ts';
import { type CallRate, Trainings } from '../sagemaker/trainings.ts';
import { reportOf, said, stateOf } from './service-report.ts';

export interface SageMakerQueueOptions extends TrainingOptions, CallRate {
  /** A queue of type SAGEMAKER_TRAINING. */
  readonly queue: string;
  /** How often Batch itself starts a training, the first time included. Default 3. */
  readonly attempts?: number;
  /** So many jobs may wait at a time; the rest stay planned. Default 1,000. */
  readonly mostWaiting?: number;
  /** So many jobs may be there at a time, those that run included. Default: as many as may wait. */
  readonly mostAtOnce?: number;
  readonly pollSeconds?: number;
}

const PAYLOAD_BYTES = 10 * 1024;
/** SageMaker's own limit comes first: it says what it was. */
const BEHIND_SECONDS = 300;

/**
 * What Batch does by itself after a training: lack of machines is tried again uncounted in any case.
 * Source: docs.aws.amazon.com/batch/latest/userguide/service-job-retries.html
 */
const RETRY_RULES = [
  { onStatusReason: 'Received status from SageMaker: InternalServerError*', action: 'RETRY' as const },
  { onStatusReason: '*', action: 'EXIT' as const },
];

/**
 * Runs jobs as SageMaker trainings that wait in a queue of AWS Batch's, where more may be submitted than the account may
 * have at a time. The training has a name of Batch's own, so nothing is told by it: the results are where the spec says.
 * Source of every rule: docs.aws.amazon.com/batch/latest/userguide/service-jobs.html
 */
export function openSageMakerQueueRunner(options: SageMakerQueueOptions): Runner {
  return new SageMakerQueueRunner(options);
}

class SageMakerQueueRunner implements Runner {
  readonly kind = 'sagemaker-queue';
  readonly abilities: RunnerAbilities;
  private readonly client = new BatchClient(awsConfig());
  private readonly trainings: Trainings;
  private readonly asked: CallBudget;
  private readonly submissions: CallBudget;
  private readonly looks: Looks;
  private readonly options: SageMakerQueueOptions;

  constructor(options: SageMakerQueueOptions) {
    this.options = options;
    this.trainings = new Trainings(options);
    const { callRate = 1 } = options;
    this.asked = new CallBudget(5 * callRate);
    this.submissions = new CallBudget(2 * callRate);
    this.abilities = abilitiesOf({ ...options, mostWaiting: options.mostWaiting ?? 1000 });
    this.looks = new Looks(
      (prefix) => this.marks(prefix),
      (handle) => this.look(handle),
    );
  }

  async submit(intent: Intent): Promise<Handle> {
    const { name, home, spec } = intent;
    const serviceRequestPayload = JSON.stringify(trainingRequest(intent, this.options));
    const bytes = Buffer.byteLength(serviceRequestPayload);
    if (bytes > PAYLOAD_BYTES)
      throw tooLarge({
        ko: `일감 ${name}: 내용이 ${bytes}바이트인데 AWS Batch는 ${PAYLOAD_BYTES}바이트까지 받습니다`,
        en: `the payload of ${name} has ${bytes} bytes; AWS Batch takes ${PAYLOAD_BYTES}`,
      });
    // a token is not remembered for ever, a name is found as long as its job is known
    const there = await this.adopt(name);
    if (there) return { name, providerId: there };
    const { limits, run } = spec.placement;
    const command = new SubmitServiceJobCommand({
      jobName: name,
      jobQueue: this.options.queue,
      serviceJobType: 'SAGEMAKER_TRAINING',
      serviceRequestPayload,
      // of the name, not of the job: two homes have the same job, and the second would be given the first one's
      clientToken: createHash('sha256').update(name).digest('hex'),
      retryStrategy: {
        // what the upper bound of the cost leaves room for, too
        attempts: Math.min(this.options.attempts ?? 3, limits.starts ?? limits.attempts),
        evaluateOnExit: RETRY_RULES,
      },
      timeoutConfig: {
        attemptDurationSeconds:
          Math.max(LEAST_ATTEMPT_SECONDS, Math.ceil(limits.attemptSeconds)) + BEHIND_SECONDS,
      },
      tags: { 'sihwang:home': home, 'sihwang:run': run.slice(0, 256) },
    });
    try {
      const { jobId } = await this.submissions.run(() => this.client.send(command));
      return { name, providerId: jobId! };
    } catch (error) {
      // a repeated token is "rejected", in words that no document gives
      const found = await this.adopt(name);
      if (found) return { name, providerId: found };
      throw refusedBy('AWS Batch', name, error);
    }
  }

  private adopt(name: string): Promise<string | null> {
    return adoptOldest(name, this.summaries(name), (id, reason) => this.terminate(id, reason));
  }

  poll(handles: readonly Handle[]): Promise<readonly Report[]> {
    return this.looks.at(handles);
  }

  private async look({ name, providerId }: Handle): Promise<Report> {
    const id = providerId ?? (await this.adopt(name));
    const job = id === null ? null : await this.describe(id);
    if (!job) return unknownTo('AWS Batch', name);
    const stuck = this.stuck(job);
    if (stuck !== null)
      await this.asked.run(() =>
        this.client.send(new TerminateServiceJobCommand({ jobId: job.jobId, reason: stuck })),
      );
    const ended = job.status === 'SUCCEEDED' || job.status === 'FAILED';
    return reportOf(name, job, ended ? await this.trainingsOf(job) : []);
  }

  private stuck(job: ServiceJobSummary | DescribeServiceJobResponse): string | null {
    if (job.status !== 'RUNNABLE' && job.status !== 'SCHEDULED') return null;
    return stuckReason(job, serviceNowMs(this.client), this.options.mostWaitSeconds);
  }

  /** What SageMaker itself says of a job's trainings, the newest last; null for one that is gone. */
  private trainingsOf(job: DescribeServiceJobResponse): Promise<readonly (Report | null)[]> {
    return Promise.all(
      trainingNames(job).map(async (name) => {
        const training = await this.trainings.describe(name);
        return training && reportOfTraining(name, training);
      }),
    );
  }

  private async describe(jobId: string): Promise<DescribeServiceJobResponse | null> {
    try {
      return await this.asked.run(() => this.client.send(new DescribeServiceJobCommand({ jobId })));
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'ClientException' && /not exist|not found/i.test(message)) return null;
      throw error;
    }
  }

  async cancel({ name, providerId }: Handle, reason: string): Promise<void> {
    const id = providerId ?? (await this.adopt(name));
    if (id !== null) await this.terminate(id, reason);
  }

  private async terminate(jobId: string, reason: string): Promise<void> {
    await this.asked.run(() =>
      this.client.send(new TerminateServiceJobCommand({ jobId, reason: ourReason(reason) })),
    );
  }

  async logs({ name, providerId }: Handle, cursor: string): Promise<LogPage> {
    const id = providerId ?? (await this.adopt(name));
    const job = id === null ? null : await this.describe(id);
    const training = job && trainingName(job);
    return training ? readStreamsNamed(TRAINING_LOGS, `${training}/`, cursor) : { lines: [], cursor };
  }

  /** Whose a job is stands in its tags, which a list does not tell. */
  async *list(prefix: string): AsyncGenerator<Listed> {
    for await (const summary of this.summaries(`${prefix}*`)) {
      if (ENDED.includes(stateOf(summary))) continue;
      const job = await this.describe(summary.jobId!);
      if (job)
        yield {
          name: job.jobName!,
          providerId: job.jobId!,
          home: job.tags?.['sihwang:home'] ?? null,
          state: stateOf(job),
        };
    }
  }

  private async *marks(prefix: string) {
    for await (const job of this.summaries(`${prefix}*`)) {
      const training = job.latestAttempt?.serviceResourceId?.value ?? '';
      const stuck = this.stuck(job) === null ? '' : ' too long';
      yield { name: job.jobName!, mark: `${job.status} ${training}${stuck}` };
    }
  }

  /** Every job of a name, or of names that begin so when it ends in `*`, whatever its state. */
  private summaries(name: string): AsyncGenerator<ServiceJobSummary> {
    return inPages(async (nextToken) => {
      const page = await this.asked.run(() =>
        this.client.send(
          new ListServiceJobsCommand({
            jobQueue: this.options.queue,
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
    this.trainings.close();
  }
}

/** The name of a job's newest training. */
function trainingName({ latestAttempt }: Pick<DescribeServiceJobResponse, 'latestAttempt'>): string | null {
  const arn = latestAttempt?.serviceResourceId?.value;
  return arn ? nameIn(arn) : null;
}

/** Of all of a job's trainings that may have taken something: those for which there was no machine took nothing, and may be many. */
function trainingNames(job: Pick<DescribeServiceJobResponse, 'attempts' | 'latestAttempt'>): string[] {
  const newest = trainingName(job);
  const before = (job.attempts ?? []).flatMap(({ serviceResourceId, statusReason }) =>
    serviceResourceId?.value && classOfFailure(said(statusReason) ?? '') !== 'capacity'
      ? nameIn(serviceResourceId.value)
      : [],
  );
  return [...before.filter((name) => name !== newest), ...(newest === null ? [] : [newest])];
}

/** Its ARN has a training's name in small letters; Batch's own names all begin alike. */
function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1).replace(/^awsbatch/, 'AWSBatch');
}
