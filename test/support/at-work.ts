import type { AwsDouble } from '../aws-double/aws-double.ts';

/** What an account has of a home that has not ended, by name: jobs, service jobs, trainings. */
export function atWorkFor({ batch, serviceJobs, training }: AwsDouble, home: string): string[] {
  const over = /^(SUCCEEDED|FAILED)$/;
  const jobs = [...batch.jobs.values()].filter(
    ({ tags, state }) => tags['sihwang:home'] === home && !over.test(state),
  );
  const behindQueue = [...serviceJobs.jobs.values()].filter(
    ({ input, state }) => input.tags?.['sihwang:home'] === home && !over.test(state),
  );
  const trainings = [...training.jobs.values()].filter(
    ({ input, endedAt }) => input.HyperParameters?.sihwang_home === home && endedAt === undefined,
  );
  return [
    ...jobs.map(({ name }) => name),
    ...behindQueue.map(({ input }) => input.jobName),
    ...trainings.map(({ name }) => name),
  ];
}
