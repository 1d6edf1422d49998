import { type BatchJob, isOver, summaryOf } from './job.ts';

/** A job as DescribeJobs gives it. */
export function detailOf(job: BatchJob, children: readonly BatchJob[] | undefined) {
  const { container } = job;
  return {
    ...summaryOfJob(job),
    jobQueue: job.queue,
    attempts: job.attempts.map((attempt) => ({ ...attempt, container: { ...attempt.container } })),
    retryStrategy: { attempts: job.retry.attempts, evaluateOnExit: job.retry.rules },
    dependsOn: job.dependsOn.map((jobId) => ({ jobId })),
    parameters: job.parameters,
    propagateTags: job.propagateTags,
    tags: job.tags,
    isTerminated: job.isTerminated,
    isCancelled: job.isCancelled,
    ...(job.timeoutSeconds === undefined ? {} : { timeout: { attemptDurationSeconds: job.timeoutSeconds } }),
    ...arrayOf(job, children),
    container: {
      image: container.image,
      command: container.command,
      environment: container.environment,
      resourceRequirements: container.resourceRequirements,
      ...(container.jobRoleArn === undefined ? {} : { jobRoleArn: container.jobRoleArn }),
      ...endOf(job),
    },
  };
}

/** A job as ListJobs gives it. */
export function summaryLineOf(job: BatchJob) {
  return {
    ...summaryOfJob(job),
    container: endOf(job),
    ...(job.arraySize === undefined ? {} : { arrayProperties: { size: job.arraySize } }),
    ...(job.arrayIndex === undefined ? {} : { arrayProperties: { index: job.arrayIndex } }),
  };
}

function summaryOfJob(job: BatchJob) {
  return {
    jobArn: job.arn,
    jobId: job.id,
    jobName: job.name,
    jobDefinition: job.definition,
    status: job.state,
    createdAt: job.createdAt,
    ...(job.statusReason === undefined ? {} : { statusReason: job.statusReason }),
    // required of an answer; a job that has not begun has 0 here
    startedAt: job.startedAt ?? 0,
    ...(job.stoppedAt === undefined ? {} : { stoppedAt: job.stoppedAt }),
  };
}

function endOf(job: BatchJob) {
  return {
    ...(job.exitCode === undefined || !isOver(job) ? {} : { exitCode: job.exitCode }),
    ...(job.reason === undefined ? {} : { reason: job.reason }),
  };
}

function arrayOf(job: BatchJob, children: readonly BatchJob[] | undefined) {
  if (children) return { arrayProperties: { size: children.length, statusSummary: summaryOf(children) } };
  return job.arrayIndex === undefined ? {} : { arrayProperties: { index: job.arrayIndex } };
}
