import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { CreateTrainingJobCommand, DescribeTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Job, jobSha256, placeJob } from '../../src/jobs/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { testJob } from '../support/test-job.ts';
import { type AwsDouble, startAwsDouble } from './aws-double.ts';
import { clientsOf } from './clients.ts';
import { withEnvironment } from './with-environment.ts';

/** The worker as SageMaker starts it: `IMAGE train`. */
const IMAGE = 'worker@sha256:1';

let double: AwsDouble;
let clients: ReturnType<typeof clientsOf>;
let restore: () => void;
let store: Store;
beforeAll(async () => {
  const worker = join(import.meta.dirname, '../support/test-worker.mjs');
  double = await startAwsDouble({ timeScale: 0.02, images: { [IMAGE]: [process.execPath, worker] } });
  restore = withEnvironment(double.environment);
  clients = clientsOf(double);
  store = await openStore('s3://bucket/home/');
});
afterAll(async () => {
  await double.close();
  restore();
});

async function train(name: string, set: Partial<Job>) {
  const spec = placeJob(testJob(set), { home: 'h', run: name, runner: 'sagemaker', store: store.uri });
  const { result } = spec.placement;
  await store.put(`${result}spec-g1.json`, Buffer.from(JSON.stringify(spec)));
  await clients.sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName: name,
      RoleArn: 'arn:aws:iam::000000000000:role/training',
      AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
      HyperParameters: {
        sihwang_spec: store.uriOf(`${result}spec-g1.json`),
        sihwang_spec_sha256: jobSha256(spec.job),
      },
      OutputDataConfig: { S3OutputPath: store.uriOf(`${result}sagemaker/`) },
      CheckpointConfig: { S3Uri: store.uriOf(`${result}opt-ml-checkpoints/`) },
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
    }),
  );
  await double.training.named(name).over;
  return clients.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
}

it('the face `train` leaves a model, goes on after a spot reclaim, and says why it failed', async () => {
  const undisturbed = await train('calm', { params: { to: 60, stepMs: 25 } });
  expect(undisturbed.TrainingJobStatus).toBe('Completed');
  double.faults.onJob('reclaimed', { reclaimAfterMs: 30_000, warning: 'sigterm' });
  const [reclaimed, failed] = await Promise.all([
    train('reclaimed', { params: { to: 60, stepMs: 25 }, horizons: [] }),
    train('failed', { task: 'fail', params: { exit: 65 } }),
  ]);
  expect(reclaimed.SecondaryStatusTransitions!.map(({ Status }) => Status)).toContain('Interrupted');
  expect(failed.FailureReason).toBe(
    'AlgorithmError: {"exitCode":65,"code":"TEST_FAILS","message":"as it was told"}, exit code: 65',
  );
  const sums = [];
  for (const job of [undisturbed, reclaimed]) {
    const [, key] = /^s3:\/\/bucket\/(.*)$/.exec(job.ModelArtifacts!.S3ModelArtifacts!)!;
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: key }));
    const input = Buffer.from(await Body!.transformToByteArray());
    sums.push(execFileSync('tar', ['-xzOf', '-', './result.json'], { input, encoding: 'utf8' }));
  }
  expect(sums[0]).toBe(sums[1]);
  expect(JSON.parse(sums[0]!)).toHaveProperty('sum');
});
