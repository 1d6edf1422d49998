import { type JobSpec, jobSha256 } from '../../src/jobs/index.ts';
import { openBatchRunner } from '../../src/jobs/runners/aws-batch/batch-runner.ts';
import { openStore } from '../../src/store/index.ts';
import { type AwsDouble, startAwsDouble } from '../aws-double/aws-double.ts';
import { instantLauncher } from '../aws-double/launch/instant-launcher.ts';
import { withEnvironment } from '../aws-double/with-environment.ts';

/** AWS Batch where the work itself is not the question: a job does at once what `work` says, and leaves its manifest. */
export interface InstantBatch {
  readonly double: AwsDouble;
  /** How many calls of an operation arrived. */
  calls(operation: string): number;
  /** Specs as they were begun, one a start. */
  readonly begun: JobSpec[];
  close(): Promise<void>;
}

/** The exit code of one start; `gone` comes when its machine is taken away. */
export type InstantWork = (spec: JobSpec, attempt: number, gone: AbortSignal) => number | Promise<number>;

const BUCKET = 'bucket';
const decode = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());

export async function instantBatch(work: InstantWork = () => 0, slots = 50): Promise<InstantBatch> {
  const begun: JobSpec[] = [];
  const lists = new Map<string, readonly string[]>();
  const launcher = instantLauncher(async ({ command, environment }, gone) => {
    const uri = command[command.indexOf('--spec') + 1]!;
    const bucket = double.s3.buckets.get(BUCKET)!;
    const at = (address: string) =>
      bucket.get(decodeURIComponent(address.slice(`s3://${BUCKET}/`.length))).bytes;
    const index = environment.AWS_BATCH_JOB_ARRAY_INDEX;
    if (index !== undefined && !lists.has(uri)) lists.set(uri, decode(at(uri)).specs);
    const spec = decode(at(index === undefined ? uri : lists.get(uri)![Number(index)]!)) as JobSpec;
    begun.push(spec);
    const attempt = Number(environment.AWS_BATCH_JOB_ATTEMPT);
    const code = await work(spec, attempt, gone);
    if (code !== 0 || gone.aborted) return code;
    const { store, result } = spec.placement;
    const key = `${decodeURIComponent(store.slice(`s3://${BUCKET}/`.length))}${result}manifest.json`;
    const now = new Date();
    const manifest = {
      ...{ v: 1, jobSha256: jobSha256(spec.job), spec, gen: spec.placement.gen, attempt },
      ...{ writer: String(begun.length), providerId: environment.AWS_BATCH_JOB_ID, outputs: [], metrics: {} },
      ...{ computedBy: {}, startedAt: now.toISOString(), endedAt: now.toISOString() },
    };
    try {
      bucket.put(key, Buffer.from(JSON.stringify(manifest)), { ifNoneMatch: '*' }, {}, now);
    } catch {
      // there is one: this start has only computed the same again
    }
    return 0;
  });
  const double = await startAwsDouble({
    ...{ timeScale: 0.01, queues: { spot: slots, 'on-demand': slots }, launcher },
  });
  const restore = withEnvironment(double.environment);
  return {
    double,
    begun,
    calls: (operation) => double.calls.filter((call) => call.operation === operation).length,
    close: async () => {
      await double.close({ livingPrograms: true });
      restore();
    },
  };
}

/** A runner that asks as often as a test wants. */
export function instantRunner(attempts: number) {
  return openBatchRunner({
    ...{
      spotQueue: 'spot',
      onDemandQueue: 'on-demand',
      attempts,
      pollSeconds: 0.05,
      lookSeconds: 1,
      callRate: 200,
    },
    definition: {
      ...{ name: 'sihwang-worker', image: 'worker@sha256:1', region: null },
      ...{ jobRoleArn: null, executionRoleArn: null, logGroup: null },
    },
  });
}

export const storeOfHome = (home: string) => openStore(`s3://${BUCKET}/homes/${home}/`);
