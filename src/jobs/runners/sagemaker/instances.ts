import { EXIT } from '../../../domain/index.ts';
import type { Resources } from '../../job.ts';
import { SubmissionRefused } from '../../runner.ts';

/** A type of machine, with what a job may use of it. */
export interface Instance {
  readonly type: string;
  readonly vcpu: number;
  /** Less than the machine has: its own system needs some. */
  readonly memoryMiB: number;
  readonly gpu: number;
}

const machine = (type: string, vcpu: number, memoryGiB: number, gpu = 0): Instance => ({
  type,
  vcpu,
  memoryMiB: memoryGiB * 896,
  gpu,
});

/** The usual machines for training, the cheapest first. Source: aws.amazon.com/sagemaker/pricing */
export const INSTANCES: readonly Instance[] = [
  machine('ml.m5.large', 2, 8),
  machine('ml.m5.xlarge', 4, 16),
  machine('ml.m5.2xlarge', 8, 32),
  machine('ml.m5.4xlarge', 16, 64),
  machine('ml.m5.12xlarge', 48, 192),
  machine('ml.m5.24xlarge', 96, 384),
  machine('ml.g4dn.xlarge', 4, 16, 1),
  machine('ml.g4dn.2xlarge', 8, 32, 1),
  machine('ml.g4dn.4xlarge', 16, 64, 1),
  machine('ml.g4dn.12xlarge', 48, 192, 4),
];

/**
 * The first machine that has what a job needs.
 * @throws SubmissionRefused `JOB_TOO_LARGE`, misconfig: none has
 */
export function instanceFor(
  { vcpu, memoryMiB, gpu }: Resources,
  instances: readonly Instance[] = INSTANCES,
): Instance {
  const found = instances.find(
    (one) => one.vcpu >= vcpu && one.memoryMiB >= memoryMiB && (gpu > 0 ? one.gpu >= gpu : one.gpu === 0),
  );
  if (found) return found;
  throw new SubmissionRefused(
    'misconfig',
    'JOB_TOO_LARGE',
    {
      ko: `프로세서 ${vcpu}개, ${memoryMiB} MiB, GPU ${gpu}개인 기계가 없습니다. 있는 것: ${instances.map(({ type }) => type).join(', ')}`,
      en: `no machine has ${vcpu} processors, ${memoryMiB} MiB and ${gpu} GPUs; there are ${instances.map(({ type }) => type).join(', ')}`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: 'aws.json의 sagemaker.instances에 더 큰 것을 더하거나, 덜 요구하세요.',
        en: 'Add a larger one to sagemaker.instances in aws.json, or ask for less.',
      },
    },
  );
}

/**
 * The machines that a job may come to: its own, and those that have twice and four times its memory, for when it runs out
 * of it. None where no machine holds it.
 */
export function machinesOf(
  resources: Resources,
  instances: readonly Instance[] = INSTANCES,
): readonly string[] {
  const types = new Set<string>();
  for (const times of [1, 2, 4]) {
    try {
      types.add(instanceFor({ ...resources, memoryMiB: resources.memoryMiB * times }, instances).type);
    } catch (error) {
      if (!(error instanceof SubmissionRefused)) throw error;
    }
  }
  return [...types];
}
