import { EXIT, SihwangError } from '../../domain/index.ts';
import {
  type JobRow,
  type JobState,
  type JobWord,
  jobName,
  jobWords,
  openRunner,
  type Runner,
  type RunnerKind,
  readAwsSettings,
  runnerKindOf,
  useAwsSettings,
} from '../../jobs/index.ts';
import type { Home } from '../../lake/index.ts';
import { jobRows, type Records } from '../../records/index.ts';
import { openStore } from '../../store/index.ts';

/** Which jobs of a run are asked for their words. */
export interface JobsHeard {
  /** Only this one: its name, or the name without its gen. Default: every job that has not succeeded. */
  readonly job?: string;
  /** What the runner has kept is told also where the worker's own log is there. */
  readonly alwaysRunner?: boolean;
}

/** What one job of a run has said. */
export interface HeardJob {
  readonly name: string;
  readonly runner: string;
  readonly state: JobState;
  /** Why it failed; null = it did not. */
  readonly error: string | null;
  readonly words: AsyncIterable<JobWord>;
}

/**
 * What the jobs of a run have said, oldest job first: each its own log, and where there is none what its runner has kept,
 * which is asked for only then.
 * @throws SihwangError `JOB_UNKNOWN` (64) where the run has no such job; `JOB_LOG_UNREACHABLE` (75) where what is needed
 * of a runner or its store cannot be read
 */
export async function* jobLogs(
  home: Home,
  records: Records,
  run: string,
  { job, alwaysRunner = false }: JobsHeard = {},
): AsyncGenerator<HeardJob> {
  const rows = await jobRows(records.pool).read(home.id, { run });
  const asked = job === undefined ? rows.filter(({ state }) => state !== 'SUCCEEDED') : named(rows, job, run);
  const aws = readAwsSettings(home.path);
  const runners = new Map<RunnerKind, Promise<Runner>>();
  const runnerOf = (kind: RunnerKind): Promise<Runner> => {
    const opened = runners.get(kind) ?? openRunner(kind, { home, aws });
    runners.set(kind, opened);
    return opened;
  };
  try {
    for (const row of asked) {
      const kind = runnerKindOf(row.runner);
      if (kind !== 'local') useAwsSettings(kind, aws);
      const store = await openStore(row.spec.placement.store);
      const words = jobWords(row, { store, runner: () => runnerOf(kind) }, { alwaysRunner });
      const { runner, state, error } = row;
      yield { name: jobName(row.key, row.gen), runner, state, error, words: reachable(row, words) };
    }
  } finally {
    for (const opened of runners.values())
      await opened.then((runner) => runner.close()).catch(() => undefined);
  }
}

function named(rows: readonly JobRow[], job: string, run: string): readonly JobRow[] {
  const found = rows.filter(({ key }) => job === key || job.startsWith(`${key}-g`));
  if (found.length > 0) return found;
  throw new SihwangError(
    'JOB_UNKNOWN',
    { ko: `작업 ${run}에 없는 일감: ${job}`, en: `the run ${run} has no job ${job}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: `성공하지 못한 일감은 sihwang runs logs ${run} --jobs.`,
        en: `sihwang runs logs ${run} --jobs names those that have not succeeded.`,
      },
    },
  );
}

async function* reachable({ key, runner }: JobRow, words: AsyncIterable<JobWord>): AsyncGenerator<JobWord> {
  try {
    yield* words;
  } catch (cause) {
    if (cause instanceof SihwangError) throw cause;
    throw new SihwangError(
      'JOB_LOG_UNREACHABLE',
      {
        ko: `${runner}에서 ${key}가 남긴 것을 읽을 수 없습니다: ${(cause as Error).message}`,
        en: `what ${key} has said on ${runner} cannot be read: ${(cause as Error).message}`,
      },
      {
        exit: EXIT.tryAgain,
        hint: {
          ko: '무엇이 잘못인지는 sihwang doctor --aws. 로그를 읽으려면 logs:GetLogEvents 권한이 필요합니다.',
          en: 'sihwang doctor --aws says what is wrong; reading logs takes the right to logs:GetLogEvents.',
        },
        cause,
      },
    );
  }
}
