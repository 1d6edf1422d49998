import { z } from 'zod';

/** What a home says of SageMaker, for jobs sent there directly and for those of a queue. */
export const SAGEMAKER_SETTINGS = z.strictObject({
  /** The role that trainings run as; needed by both runners of trainings. */
  roleArn: z.string().min(20).max(2048).optional(),
  /** A queue of type SAGEMAKER_TRAINING; needed by `sagemaker-queue` alone. */
  queue: z.string().min(1).optional(),
  /** The machines that may be taken, the cheapest first; default `INSTANCES`. */
  instances: z
    .array(
      z.strictObject({
        type: z.string().regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, 'no type such as ml.m5.large'),
        vcpu: z.number().positive(),
        memoryMiB: z.number().positive(),
        gpu: z.int().min(0),
      }),
    )
    .min(1)
    .optional(),
  /** Room on the machine's disk. Default 10. */
  volumeGiB: z.int().min(1).max(16_384).optional(),
  /** Variables for every training. */
  environment: z.record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().max(512)).optional(),
  /** Where trainings stand in a network of one's own; both or none. */
  subnets: z.array(z.string()).min(1).max(16).optional(),
  securityGroupIds: z.array(z.string()).min(1).max(5).optional(),
  /** Tags of every training beside ours, such as the one that a budget counts by. */
  tags: z
    .record(z.string().regex(/^(?!aws:|sihwang:).{1,128}$/), z.string().max(256))
    .refine((tags) => Object.keys(tags).length <= 40, '40 at most')
    .optional(),
  /** How often the services may be asked, as a multiple of the usual; for accounts whose quotas were raised. */
  callRate: z.number().positive().max(100).optional(),
  /** What promoted versions are mirrored to when that is asked for. */
  modelGroup: z
    .string()
    .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/)
    .optional(),
});

export type SageMakerSettings = z.infer<typeof SAGEMAKER_SETTINGS>;
