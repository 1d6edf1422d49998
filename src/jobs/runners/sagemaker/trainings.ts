import {
  DescribeTrainingJobCommand,
  type DescribeTrainingJobResponse,
  ListTrainingJobsCommand,
  SageMakerClient,
  StopTrainingJobCommand,
  type TrainingJobSummary,
} from '@aws-sdk/client-sagemaker';
import { awsConfig } from '../../../store/index.ts';
import { CallBudget } from '../aws/call-budget.ts';
import { inPages } from '../aws/pages.ts';

const PAGE = 100;
/** No training lives longer: 28 days at work, and a day to wait. */
const MOST_LIFE_MS = 29 * 86_400_000;

/** How often the services may be asked, as a multiple of what they take from every account; others in it ask too. */
export interface CallRate {
  readonly callRate?: number;
}

/** SageMaker's trainings as one process asks for them: no more often than it may. */
export class Trainings {
  readonly client = new SageMakerClient(awsConfig());
  private readonly describes: CallBudget;
  private readonly lists: CallBudget;

  constructor({ callRate = 1 }: CallRate) {
    this.describes = new CallBudget(2 * callRate);
    this.lists = new CallBudget(callRate);
  }

  /** null = there is none of this name. */
  async describe(name: string): Promise<DescribeTrainingJobResponse | null> {
    try {
      return await this.describes.run(() =>
        this.client.send(new DescribeTrainingJobCommand({ TrainingJobName: name })),
      );
    } catch (error) {
      if (isUnknown(error)) return null;
      throw error;
    }
  }

  /** Asks a training to end; nothing happens where it has ended or never was. */
  async stop(name: string): Promise<void> {
    try {
      await this.describes.run(() => this.client.send(new StopTrainingJobCommand({ TrainingJobName: name })));
    } catch (error) {
      const { name: code } = error as Error;
      if (code !== 'ValidationException' && code !== 'ResourceNotFound') throw error;
    }
  }

  /**
   * The trainings whose names begin so and that can still be at work, the newest first. Filtering by status would leave
   * pages empty, for it is done after a page is taken.
   */
  async *list(prefix: string): AsyncGenerator<TrainingJobSummary> {
    const since = new Date(Date.now() - MOST_LIFE_MS);
    const all = inPages(async (NextToken) => {
      const page = await this.lists.run(() =>
        this.client.send(
          new ListTrainingJobsCommand({
            NameContains: prefix,
            CreationTimeAfter: since,
            SortBy: 'CreationTime',
            SortOrder: 'Descending',
            MaxResults: PAGE,
            ...(NextToken === undefined ? {} : { NextToken }),
          }),
        ),
      );
      return { items: page.TrainingJobSummaries, next: page.NextToken };
    });
    for await (const one of all) if (one.TrainingJobName?.startsWith(prefix)) yield one;
  }

  close(): void {
    this.client.destroy();
  }
}

/** Which of the two it is for Describe the documents leave open. */
function isUnknown(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'ResourceNotFound' || (name === 'ValidationException' && /not found/i.test(message));
}
