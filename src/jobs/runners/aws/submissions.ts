import { type Bilingual, EXIT } from '../../../domain/index.ts';
import { SubmissionRefused } from '../../runner.ts';

/** The id of the oldest job of a name, null = there is none; the others were submitted twice and are ended. */
export async function adoptOldest(
  name: string,
  jobs: AsyncIterable<{
    readonly jobId?: string | undefined;
    readonly jobName?: string | undefined;
    readonly createdAt?: number | undefined;
    readonly status?: string | undefined;
  }>,
  terminate: (jobId: string, reason: string) => Promise<void>,
): Promise<string | null> {
  const found = [];
  // Batch's filter ignores case
  for await (const one of jobs) if (one.jobName === name) found.push(one);
  const [first, ...rest] = found.sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0));
  for (const { jobId, status } of rest)
    if (status !== 'SUCCEEDED' && status !== 'FAILED') await terminate(jobId!, 'submitted twice');
  return first?.jobId ?? null;
}

/** A refusal is an answer: nothing was started. */
export function isRefusal(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status !== undefined && status >= 400 && status < 500;
}

/** What a service will never take, however often it is asked. */
const FINAL = /^(ClientException|ValidationException|AccessDenied(Exception)?)$/;

/** A service's error as an answer to a submission: final where asking again changes nothing, else as it came. */
export function refusedBy(service: string, name: string, error: unknown): unknown {
  const { name: code, message } = error as Error;
  if (!isRefusal(error) || !FINAL.test(code)) return error;
  return new SubmissionRefused(
    'misconfig',
    'JOB_REFUSED',
    {
      ko: `${service}가 받지 않은 일감 ${name}: ${message}`,
      en: `${service} does not take ${name}: ${message}`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '나온 문제를 AWS 설정이나 계정에서 고치세요. sihwang doctor --aws가 둘 다 살핍니다.',
        en: 'Mend what it names in the settings of AWS or in the account; sihwang doctor --aws looks at both.',
      },
      cause: error,
    },
  );
}

/** A job that is larger than a service takes; found before it is asked. */
export function tooLarge(what: Bilingual): SubmissionRefused {
  return new SubmissionRefused('misconfig', 'JOB_TOO_LARGE', what, {
    exit: EXIT.configuration,
    hint: {
      ko: '일감에 필요한 것은 명세에 있습니다. 모든 일감에 딸린 설정을 줄이세요.',
      en: 'What a job needs is in its spec; make the settings that go with every job smaller.',
    },
  });
}
