import { BatchClient } from '@aws-sdk/client-batch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsDouble } from './aws-double.ts';

/** The unmodified clients of the SDK, pointed at a double. */
export function clientsOf({ endpoint }: Pick<AwsDouble, 'endpoint'>) {
  const config = {
    endpoint,
    region: 'ap-northeast-2',
    credentials: { accessKeyId: 'double', secretAccessKey: 'double' },
  };
  return {
    batch: new BatchClient(config),
    /** Never asks twice: for submissions, which have no token. */
    batchOnce: new BatchClient({ ...config, maxAttempts: 1 }),
    sagemaker: new SageMakerClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    logs: new CloudWatchLogsClient(config),
    scheduler: new SchedulerClient(config),
    sts: new STSClient(config),
  };
}
