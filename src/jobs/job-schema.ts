import { z } from 'zod';
import type { JsonObject } from '../domain/index.ts';
import type { JobSpec } from './job.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'no SHA-256 in hex');
const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, 63 at most');
const rate = z.strictObject({
  perHour: z.number().min(0),
  perVcpuHour: z.number().min(0),
  perGibHour: z.number().min(0),
});
const texts = z.record(z.string(), z.string());
const prefix = z
  .string()
  .max(900)
  .regex(/^([^/]+\/)+$/, 'segments, each with a / behind');

/** The members of a spec; one that is not named here is refused, for it would be left out of the hash. */
export const JOB_SPEC: z.ZodType<JobSpec> = z.strictObject({
  job: z.strictObject({
    v: z.literal(1),
    task: name,
    params: z.record(z.string(), z.json()).transform((params) => params as JsonObject),
    snapshotSha256: sha256.nullable(),
    shard: z.strictObject({ index: z.int().min(0), itemsSha256: sha256 }).nullable(),
    asOf: z.string().regex(/^\d{4}-\d{2}-\d{2}(T[0-9:.]+Z)?$/, 'no ISO day or instant in UTC'),
    horizons: z.array(z.string().min(1)),
    codeVersion: z.string().min(1),
    seed: z.int().min(0),
  }),
  placement: z.strictObject({
    home: z.string().min(1),
    run: z
      .string()
      .max(200)
      .regex(/^[^/]+$/, 'no text without /'),
    gen: z.int().min(1),
    runner: name,
    image: z.string().nullable(),
    untouched: z
      .strictObject({
        image: z.string().min(1),
        command: z.array(z.string()).min(1).nullable(),
        parameters: texts,
        environment: texts,
        figures: texts,
        timeoutSeconds: z.number().positive(),
        maxOutputMiB: z.number().positive(),
      })
      .optional(),
    store: z.string().regex(/^[a-z0-9]+:\/\/.*\/$/, 'no address that ends with /'),
    result: prefix,
    checkpoint: z.strictObject({ everySeconds: z.number().positive() }),
    limits: z.strictObject({
      attemptSeconds: z.number().positive(),
      attempts: z.int().min(1).max(20),
      starts: z.int().min(1).optional(),
    }),
    resources: z.strictObject({
      vcpu: z.number().positive(),
      memoryMiB: z.number().positive(),
      gpu: z.int().min(0),
      spot: z.boolean(),
    }),
    cost: z
      .strictObject({
        table: z.iso.date(),
        onDemand: rate,
        spot: rate.nullable(),
        boundUsd: z.number().positive(),
      })
      .optional(),
  }),
});
