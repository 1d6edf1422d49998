import { clientException } from '../wire/refusal.ts';
import {
  checkCommand,
  checkDefinitionSize,
  checkEnvironment,
  checkName,
  checkRetry,
  checkTags,
  checkTimeout,
} from './limits.ts';

/** What a registration may say, of which the double keeps everything and reads this. */
export interface RegisterInput {
  readonly jobDefinitionName: string;
  readonly type: string;
  readonly containerProperties?: {
    readonly image?: string;
    readonly command?: readonly string[];
    readonly environment?: readonly { readonly name: string; readonly value: string }[];
    readonly resourceRequirements?: readonly { readonly type: string; readonly value: string }[];
    readonly jobRoleArn?: string;
    readonly logConfiguration?: { readonly options?: Readonly<Record<string, string>> };
  };
  readonly parameters?: Readonly<Record<string, string>>;
  readonly retryStrategy?: { readonly attempts?: number; readonly evaluateOnExit?: readonly never[] };
  readonly timeout?: { readonly attemptDurationSeconds?: number };
  readonly tags?: Readonly<Record<string, string>>;
  readonly propagateTags?: boolean;
}

export interface Definition extends RegisterInput {
  readonly jobDefinitionArn: string;
  readonly revision: number;
  status: 'ACTIVE' | 'INACTIVE';
}

const PAGE = 100;

/** Job definitions: a revision a registration, never changed. */
export class Definitions {
  private readonly byName = new Map<string, Definition[]>();
  private readonly arnPrefix: string;

  constructor(arnPrefix: string) {
    this.arnPrefix = arnPrefix;
  }

  register(input: RegisterInput, body: string) {
    checkName('jobDefinitionName', input.jobDefinitionName);
    checkDefinitionSize(body);
    if (input.type === 'container' && !input.containerProperties?.image)
      throw clientException('containerProperties.image is required');
    checkRetry(input.retryStrategy);
    checkTimeout(input.timeout?.attemptDurationSeconds);
    checkEnvironment(input.containerProperties?.environment);
    checkCommand(input.containerProperties?.command);
    checkTags(input.tags);
    const revisions = this.byName.get(input.jobDefinitionName) ?? [];
    const revision = revisions.length + 1;
    const jobDefinitionArn = `${this.arnPrefix}:job-definition/${input.jobDefinitionName}:${revision}`;
    revisions.push({ ...input, jobDefinitionArn, revision, status: 'ACTIVE' });
    this.byName.set(input.jobDefinitionName, revisions);
    return { jobDefinitionName: input.jobDefinitionName, jobDefinitionArn, revision };
  }

  describe({
    jobDefinitions,
    jobDefinitionName,
    status,
    maxResults = PAGE,
    nextToken,
  }: {
    readonly jobDefinitions?: readonly string[];
    readonly jobDefinitionName?: string;
    readonly status?: string;
    readonly maxResults?: number;
    readonly nextToken?: string;
  }) {
    const found = jobDefinitions
      ? jobDefinitions.flatMap((name) => this.find(name) ?? [])
      : [
          ...(jobDefinitionName
            ? (this.byName.get(jobDefinitionName) ?? [])
            : [...this.byName.values()].flat()),
        ]
          .filter((one) => status === undefined || one.status === status)
          .reverse();
    const from = Number(nextToken ?? 0);
    const to = from + Math.min(maxResults, PAGE);
    return {
      jobDefinitions: found.slice(from, to),
      ...(to < found.length ? { nextToken: String(to) } : {}),
    };
  }

  deregister({ jobDefinition }: { readonly jobDefinition: string }) {
    const found = this.find(jobDefinition);
    if (!found) throw clientException(`no job definition ${jobDefinition}`);
    found.status = 'INACTIVE';
    return {};
  }

  /** By ARN, `name:revision`, or name for its newest active revision. */
  find(reference: string): Definition | undefined {
    const short = reference.startsWith('arn:') ? reference.slice(reference.lastIndexOf('/') + 1) : reference;
    const [name, revision] = short.split(':');
    const revisions = this.byName.get(name!) ?? [];
    return revision === undefined
      ? revisions.findLast(({ status }) => status === 'ACTIVE')
      : revisions.find((one) => one.revision === Number(revision));
  }

  /** How often anything was registered. */
  get registrations(): number {
    return [...this.byName.values()].reduce((sum, { length }) => sum + length, 0);
  }
}
