import { clientException } from '../wire/refusal.ts';

/**
 * What the schemas don't say and the service holds to. Sources: the user guide's service_limits, job_retries,
 * job_timeouts and the API reference of docs.aws.amazon.com/batch.
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const RULE_PATTERN = /^[A-Za-z0-9.:\s]*\*?$/;
const EXIT_PATTERN = /^[0-9]*\*?$/;
const SUBMIT_BYTES = 30 * 1024;
const DEFINITION_BYTES = 24 * 1024;
const SERVICE_PAYLOAD_BYTES = 10 * 1024;
const DESCRIBED_IDS = 100;
/** Above it a job is taken, and fails later. */
export const OVERRIDE_CHARACTERS = 8192;

interface Retry {
  readonly attempts?: number;
  readonly evaluateOnExit?: readonly Record<string, string>[];
}

export function checkName(what: string, name: string): void {
  if (!NAME.test(name))
    throw clientException(`${what} ${JSON.stringify(name.slice(0, 200))} should match ${NAME.source}`);
}

export function checkSubmitSize(body: string): void {
  if (Buffer.byteLength(body) > SUBMIT_BYTES)
    throw clientException(`Request exceeds the maximum size of ${SUBMIT_BYTES} bytes.`);
}

export function checkDefinitionSize(body: string): void {
  if (Buffer.byteLength(body) > DEFINITION_BYTES)
    throw clientException(`Job definition exceeds the maximum size of ${DEFINITION_BYTES} bytes.`);
}

export function checkServicePayload(payload: string): void {
  if (Buffer.byteLength(payload) > SERVICE_PAYLOAD_BYTES)
    throw clientException(
      `serviceRequestPayload exceeds the maximum size of ${SERVICE_PAYLOAD_BYTES} bytes.`,
    );
}

export function checkIds(ids: readonly string[]): void {
  if (ids.length > DESCRIBED_IDS)
    throw clientException(`jobs size must be less than or equal to ${DESCRIBED_IDS}`);
}

export function checkArray(size: number | undefined): void {
  if (size !== undefined && (size < 2 || size > 10_000))
    throw clientException('Array job size must be between 2 and 10000');
}

export function checkTimeout(seconds: number | undefined): void {
  if (seconds !== undefined && seconds < 60)
    throw clientException('attemptDurationSeconds must be at least 60 seconds');
}

export function checkRetry(retry: Retry | undefined): void {
  if (!retry) return;
  const { attempts, evaluateOnExit = [] } = retry;
  if (attempts !== undefined && (attempts < 1 || attempts > 10))
    throw clientException('attempts must be between 1 and 10');
  if (evaluateOnExit.length > 5) throw clientException('evaluateOnExit must have at most 5 rules');
  if (evaluateOnExit.length > 0 && attempts === undefined)
    throw clientException('evaluateOnExit needs attempts');
  for (const rule of evaluateOnExit) {
    if (!/^(retry|exit)$/i.test(rule.action ?? '')) throw clientException(`no action ${rule.action}`);
    for (const name of ['onStatusReason', 'onReason'] as const)
      if (rule[name] !== undefined && (rule[name].length > 512 || !RULE_PATTERN.test(rule[name])))
        throw clientException(`${name} ${rule[name]} is no pattern`);
    if (rule.onExitCode !== undefined && !EXIT_PATTERN.test(rule.onExitCode))
      throw clientException(`onExitCode ${rule.onExitCode} is no pattern`);
  }
}

export function checkEnvironment(variables: readonly { readonly name?: string }[] = []): void {
  const reserved = variables.find(({ name }) => name?.startsWith('AWS_BATCH'));
  if (reserved) throw clientException(`Environment variable ${reserved.name} must not start with AWS_BATCH`);
}

export function checkCommand(command: readonly string[] = []): void {
  if (command.some((part) => part === '')) throw clientException('command must have no empty strings');
}

export function checkTags(tags: Readonly<Record<string, string>> = {}): void {
  if (Object.keys(tags).length > 50) throw clientException('at most 50 tags');
}
