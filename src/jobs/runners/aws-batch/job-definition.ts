import { createHash } from 'node:crypto';
import {
  type BatchClient,
  DescribeJobDefinitionsCommand,
  type JobDefinition,
  RegisterJobDefinitionCommand,
} from '@aws-sdk/client-batch';
import type { CallBudget } from '../aws/call-budget.ts';
import { RETRY_RULES } from './retry-rules.ts';

/** What all jobs of one image have in common. */
export interface DefinitionOf {
  readonly name: string;
  readonly image: string;
  /** What the worker's own clients of AWS are told; null = they find it out. */
  readonly region: string | null;
  readonly jobRoleArn: string | null;
  readonly executionRoleArn: string | null;
  readonly logGroup: string | null;
  /** How often Batch itself starts a job, the first time included. */
  readonly attempts: number;
}

/** By which a definition that says the same is known again. */
const HASH = 'sihwang-hash';
const FALLBACK_SECONDS = 7200;

/**
 * The ARN of a definition that says this: found among those that are active, else registered once. Every job's own
 * memory, processors, time and spec come with its submission, so a definition is as good for the next job.
 */
export async function ensureDefinition(
  client: BatchClient,
  budget: CallBudget,
  of: DefinitionOf,
): Promise<string> {
  const definition = wordsOf(of);
  const hash = createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 32);
  let nextToken: string | undefined;
  do {
    const page = await budget.run(() =>
      client.send(
        new DescribeJobDefinitionsCommand({
          jobDefinitionName: of.name,
          status: 'ACTIVE',
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      ),
    );
    const same = page.jobDefinitions?.find((one: JobDefinition) => one.parameters?.[HASH] === hash);
    if (same?.jobDefinitionArn) return same.jobDefinitionArn;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  const made = await budget.run(() =>
    client.send(
      new RegisterJobDefinitionCommand({
        ...definition,
        parameters: { ...definition.parameters, [HASH]: hash },
      }),
    ),
  );
  return made.jobDefinitionArn!;
}

function wordsOf({ name, image, region, jobRoleArn, executionRoleArn, logGroup, attempts }: DefinitionOf) {
  return {
    jobDefinitionName: name,
    type: 'container' as const,
    platformCapabilities: ['EC2' as const],
    parameters: { spec: 'none' },
    propagateTags: true,
    timeout: { attemptDurationSeconds: FALLBACK_SECONDS },
    retryStrategy: { attempts, evaluateOnExit: [...RETRY_RULES] },
    containerProperties: {
      image,
      command: ['worker', '--spec', 'Ref::spec'],
      ...(region === null ? {} : { environment: [{ name: 'AWS_REGION', value: region }] }),
      resourceRequirements: [
        { type: 'VCPU' as const, value: '1' },
        { type: 'MEMORY' as const, value: '1024' },
      ],
      ...(jobRoleArn === null ? {} : { jobRoleArn }),
      ...(executionRoleArn === null ? {} : { executionRoleArn }),
      ...(logGroup === null
        ? {}
        : {
            logConfiguration: {
              logDriver: 'awslogs' as const,
              options: { 'awslogs-group': logGroup, 'awslogs-stream-prefix': 'worker' },
            },
          }),
    },
  };
}
