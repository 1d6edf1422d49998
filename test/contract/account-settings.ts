/** What `aws.json` of a home says of the account that the double stands for; its callers name an image `worker@sha256:1`. */
export const ACCOUNT_SETTINGS = {
  region: 'ap-northeast-2',
  store: 's3://bucket/sihwang/',
  image: 'worker@sha256:1',
  batch: { spotQueue: 'spot', onDemandQueue: 'on-demand' },
  resources: { vcpu: 1, memoryMiB: 2048 },
  sagemaker: {
    roleArn: 'arn:aws:iam::000000000000:role/training',
    queue: 'service-queue',
    // the double takes as many calls as there are
    callRate: 50,
  },
};
