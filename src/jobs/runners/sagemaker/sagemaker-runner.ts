import { CreateTrainingJobCommand, type TrainingJobSummary } from '@aws-sdk/client-sagemaker';
import { EXIT } from '../../../domain/index.ts';
import {
  ENDED,
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
import { serviceNowMs, unknownTo } from '../aws/ends.ts';
import { readStreamsNamed } from '../aws/log-page.ts';
import { abilitiesOf, Looks } from '../aws/look-at.ts';
import { refusedBy } from '../aws/submissions.ts';
import { reportOf, stateOf } from './training-report.ts';
import { DEFAULT_WAIT_SECONDS, ownerOf, type TrainingOptions, trainingRequest } from './training-request.ts';
import { type CallRate, Trainings } from './trainings.ts';

export interface SageMakerRunnerOptions extends TrainingOptions, CallRate {
  /** So many jobs may wait at a time; the rest stay planned. Default 50. */
  readonly mostWaiting?: number;
  /** So many jobs may be there at a time, those that run included. Default: as many as may wait. */
  readonly mostAtOnce?: number;
  readonly pollSeconds?: number;
  /** After a quota was met nothing is submitted for so long. Default a minute. */
  readonly quotaSeconds?: number;
}

export const TRAINING_LOGS = '/aws/sagemaker/TrainingJobs';

/**
 * Runs jobs as SageMaker trainings. A training's name is taken for ever, so a submission whose answer was lost is simply
 * made again: the name is in use, and whose it is stands in what it was given. SageMaker has no queue: what is above the
 * account's quota is refused, and asked for again later.
 * Source of every rule: docs.aws.amazon.com/sagemaker/latest/APIReference
 */
export function openSageMakerRunner(options: SageMakerRunnerOptions): Runner {
  return new SageMakerRunner(options);
}

class SageMakerRunner implements Runner {
  readonly kind = 'sagemaker';
  readonly abilities: RunnerAbilities;
  private readonly trainings: Trainings;
  private readonly creations: CallBudget;
  private readonly looks: Looks;
  private readonly options: SageMakerRunnerOptions;
  private quota: { readonly until: number; readonly refused: SubmissionRefused } | undefined;

  constructor(options: SageMakerRunnerOptions) {
    this.options = options;
    this.trainings = new Trainings(options);
    this.creations = new CallBudget(2 * (options.callRate ?? 1));
    this.abilities = abilitiesOf({ ...options, mostWaiting: options.mostWaiting ?? 50 });
    this.looks = new Looks(
      (prefix) => this.summaries(prefix),
      (handle) => this.look(handle),
    );
  }

  async submit(intent: Intent): Promise<Handle> {
    const request = trainingRequest(intent, this.options);
    if (this.quota && performance.now() < this.quota.until) throw this.quota.refused;
    try {
      const { TrainingJobArn } = await this.creations.run(() =>
        this.trainings.client.send(new CreateTrainingJobCommand(request)),
      );
      return { name: intent.name, providerId: TrainingJobArn! };
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'ResourceInUse') return this.adopt(intent, error);
      if (name !== 'ResourceLimitExceeded') throw refusedBy('SageMaker', intent.name, error);
      const refused = new SubmissionRefused(
        'quota',
        'AWS_QUOTA',
        { ko: `SageMaker 할당량에 닿았습니다: ${message}`, en: `SageMaker's quota is reached: ${message}` },
        {
          exit: EXIT.tryAgain,
          hint: {
            ko: '자리가 날 때까지 기다립니다. 한도는 콘솔의 Service Quotas에서 올립니다.',
            en: 'It waits for a place. Service Quotas in the console raises the limit that the message names.',
          },
          cause: error,
        },
      );
      const { quotaSeconds = 60 } = this.options;
      this.quota = { until: performance.now() + quotaSeconds * 1000, refused };
      throw refused;
    }
  }

  /** Takes on the training of this name when it is this job's. */
  private async adopt({ name, home, jobSha256 }: Intent, inUse: unknown): Promise<Handle> {
    const found = await this.trainings.describe(name);
    if (!found) throw inUse;
    const { home: whose, jobSha256: what } = ownerOf(found);
    if (whose === home && what === jobSha256) return { name, providerId: found.TrainingJobArn! };
    throw new SubmissionRefused(
      'bug',
      'JOB_NAME_TAKEN',
      {
        ko: `SageMaker의 학습 ${name}이(가) 이 일감이 아닙니다: 홈 ${whose ?? '없음'}, 일감 ${what?.slice(0, 16) ?? '없음'}`,
        en: `SageMaker has a training ${name} that is not this job: home ${whose ?? 'none'}, job ${what?.slice(0, 16) ?? 'none'}`,
      },
      {
        exit: EXIT.bug,
        hint: {
          ko: '이름은 영원히 하나뿐입니다. 둘 다 적어 알려 주세요.',
          en: 'Names are unique for ever; report this with both.',
        },
        cause: inUse,
      },
    );
  }

  poll(handles: readonly Handle[]): Promise<readonly Report[]> {
    return this.looks.at(handles);
  }

  private async look({ name }: Handle): Promise<Report> {
    const job = await this.trainings.describe(name);
    if (!job) return unknownTo('SageMaker', name);
    const waits = this.options.mostWaitSeconds ?? DEFAULT_WAIT_SECONDS;
    if (this.isStuck(job, waits)) await this.trainings.stop(name);
    return reportOf(name, job, waits);
  }

  private async *summaries(prefix: string) {
    for await (const job of this.trainings.list(prefix)) {
      const { TrainingJobName, TrainingJobStatus, SecondaryStatus } = job;
      const stuck = this.isStuck(job, this.options.mostWaitSeconds ?? DEFAULT_WAIT_SECONDS);
      yield {
        name: TrainingJobName!,
        mark: `${TrainingJobStatus} ${SecondaryStatus}${stuck ? ' too long' : ''}`,
      };
    }
  }

  /** A training on demand waits for a machine as long as SageMaker likes; spot has a limit of its own. */
  private isStuck(
    job: Pick<TrainingJobSummary, 'TrainingJobStatus' | 'SecondaryStatus' | 'CreationTime'>,
    mostWaitSeconds: number,
  ): boolean {
    if (job.TrainingJobStatus !== 'InProgress' || !job.CreationTime) return false;
    const waits = job.SecondaryStatus === 'Starting' || job.SecondaryStatus === 'Pending';
    return waits && serviceNowMs(this.trainings.client) - +job.CreationTime > mostWaitSeconds * 1000;
  }

  cancel({ name }: Handle): Promise<void> {
    return this.trainings.stop(name);
  }

  logs({ name }: Handle, cursor: string): Promise<LogPage> {
    return readStreamsNamed(TRAINING_LOGS, `${name}/`, cursor);
  }

  /** Whose a training is stands in what it was given, which a list does not tell. */
  async *list(prefix: string): AsyncGenerator<Listed> {
    for await (const summary of this.trainings.list(prefix)) {
      const name = summary.TrainingJobName!;
      if (ENDED.includes(stateOf(summary))) continue;
      const job = await this.trainings.describe(name);
      if (job)
        yield {
          name,
          providerId: job.TrainingJobArn ?? null,
          home: ownerOf(job).home ?? null,
          state: stateOf(job),
        };
    }
  }

  /** The account's history of trainings is its owner's. */
  async release(): Promise<void> {}

  async close(): Promise<void> {
    this.trainings.close();
  }
}
