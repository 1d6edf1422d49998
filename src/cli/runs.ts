import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
import { usdText } from '../jobs/index.ts';
import { cancelRun, retryRun } from '../pipeline/runs/index.ts';
import {
  listEvents,
  listRuns,
  type Records,
  type Run,
  type RunCost,
  type RunState,
  type RunStep,
  readRun,
  readSteps,
  runCostOf,
} from '../records/index.ts';
import {
  durationText,
  errorTexts,
  type Language,
  runLinesOf,
  runsTextOf,
  skipText,
  timelineBars,
} from '../show/index.ts';
import { type CommonOptions, withCommonOptions } from './command.ts';
import { languageOf, type Say } from './language.ts';
import { print, printJson, table } from './output.ts';
import { type JobLogOptions, printJobLogs } from './runs-job-logs.ts';
import { withRecords } from './with-records.ts';

export function addRuns(program: Command, say: Say): void {
  const runs = program
    .command('runs')
    .description(
      say({ ko: '돈 작업과 그 결과, 다시 하기', en: 'what was run, what became of it, and doing it again' }),
    );
  withCommonOptions(runs.command('list'), say)
    .description(say({ ko: '최근 작업', en: 'the latest runs' }))
    .option('--plan <name>', say({ ko: '이 계획의 것만', en: 'only those of one plan' }))
    .option(
      '--state <state>',
      say({
        ko: 'planned, running, succeeded, failed, cancelled 가운데 하나',
        en: 'planned, running, succeeded, failed or cancelled',
      }),
    )
    .option('--limit <number>', say({ ko: '최대 개수', en: 'at most so many' }), '20')
    .action((options: ListOptions) => withRecords(options, (records) => list(records, options)));
  withCommonOptions(runs.command('show <run>'), say)
    .description(say({ ko: '작업의 단계를 시간 순서로 표시', en: 'the steps of a run on a timeline' }))
    .action((id: string, options: CommonOptions) =>
      withRecords(options, (records) => show(records, id, options)),
    );
  withCommonOptions(runs.command('logs <run>'), say)
    .description(say({ ko: '작업이 남긴 기록', en: 'what a run has said' }))
    .option('--step <id>', say({ ko: '이 단계만', en: 'only one step' }))
    .option(
      '--jobs',
      say({ ko: '성공하지 못한 일감이 남긴 로그', en: 'what its jobs have said that have not succeeded' }),
    )
    .option('--job <name>', say({ ko: '한 일감이 남긴 로그', en: 'what one of its jobs has said' }))
    .option(
      '--provider',
      say({
        ko: '일감용: 자체 로그가 있어도 실행기가 남긴 것까지',
        en: 'of jobs: also what their runner has kept, where they have a log of their own',
      }),
    )
    .action((id: string, options: JobLogOptions & { readonly step?: string }) =>
      withRecords(options, async (records) => {
        await known(records, id);
        if (options.jobs || options.job !== undefined) await printJobLogs(records, id, options);
        else await logs(records, id, options);
      }),
    );
  withCommonOptions(runs.command('retry <run>'), say)
    .description(
      say({
        ko: '끝난 작업에서 실패한 것을 다시 함, 성공한 것은 그대로',
        en: 'do again what failed of a run that has ended; what succeeded stays',
      }),
    )
    .option('--all', say({ ko: '모든 단계를 다시 함', en: 'do every step again' }))
    .action((id: string, options: CommonOptions & { readonly all?: boolean }) =>
      withRecords(options, async (records) => {
        const opened = await retryRun(records, id, { askedBy: person(), all: options.all === true });
        if (!opened) throw await notRetried(records, id);
        told(options, { id, retried: true }, runLinesOf(languageOf(options)).retried(id));
      }),
    );
  withCommonOptions(runs.command('cancel <run>'), say)
    .description(say({ ko: '작업을 끝냄, 진행 중인 단계까지', en: 'end a run, the steps under way too' }))
    .option('--reason <text>', say({ ko: '까닭', en: 'why' }), 'cancelled by hand')
    .action((id: string, options: CommonOptions & { readonly reason: string }) =>
      withRecords(options, async (records) => {
        if (!(await cancelRun(records, id, options.reason, person())))
          throw notChanged(id, { ko: '이미 끝난 작업', en: 'has ended already' });
        told(options, { id, cancelAsked: true }, runLinesOf(languageOf(options)).cancelAsked(id));
      }),
    );
}

interface ListOptions extends CommonOptions {
  readonly plan?: string;
  readonly state?: string;
  readonly limit: string;
}

async function list(records: Records, options: ListOptions): Promise<void> {
  const runs = await listRuns(records.pool, {
    ...(options.plan === undefined ? {} : { plan: options.plan }),
    ...(options.state === undefined ? {} : { state: stateOf(options.state) }),
    limit: limitOf(options.limit),
  });
  if (options.json) return printJson(runs);
  const language = languageOf(options);
  const words = runLinesOf(language);
  if (runs.length === 0)
    return print(options.plan === undefined && options.state === undefined ? words.none : words.noneFits);
  print(
    table(
      [
        { title: words.run },
        { title: words.state },
        { title: words.askedBy },
        { title: words.took, right: true },
      ],
      runs.map((run) => [
        ...[run.id, stateText(run.state, language), run.askedBy],
        tookOf(run.startedAt, run.endedAt, language),
      ]),
    ),
  );
}

async function show(records: Records, id: string, options: CommonOptions): Promise<void> {
  const run = await known(records, id);
  const steps = await readSteps(records.pool, id);
  const cost = await runCostOf(records.pool, id);
  if (options.json) return printJson({ ...run, steps, cost });
  const language = languageOf(options);
  const words = runLinesOf(language);
  print(words.head(run.id, stateText(run.state, language), run.scheduledFor.toISOString(), run.askedBy));
  const bars = timelineBars(
    steps.map((step) => ({
      ...{
        id: step.id,
        startedMs: step.startedAt?.getTime() ?? null,
        endedMs: step.endedAt?.getTime() ?? null,
      },
    })),
    Date.now(),
  );
  print(
    table(
      [
        { title: words.step },
        { title: words.state },
        { title: '' },
        { title: words.took, right: true },
        { title: '' },
      ],
      steps.map((step, at) => [
        step.id,
        stateText(step.state, language),
        step.startedAt === null ? '' : bars[at]!,
        tookOf(step.startedAt, step.endedAt, language),
        remarkOf(step, language),
      ]),
    ),
  );
  if (cost) print(costText(cost, language));
}

async function logs(
  records: Records,
  id: string,
  options: CommonOptions & { readonly step?: string },
): Promise<void> {
  await refuseUnknownStep(records, id, options.step);
  let said = false;
  for (let afterId = 0; ; ) {
    const events = await listEvents(records.pool, id, { afterId });
    if (events.length === 0) {
      if (!said && !options.json) print(runLinesOf(languageOf(options)).noLogs);
      return;
    }
    afterId = events.at(-1)!.id;
    for (const event of events) {
      if (options.step !== undefined && event.stepId !== options.step) continue;
      said = true;
      const { at, stepId, name, fields } = event;
      if (options.json) print(JSON.stringify(event));
      else print(`${at.toISOString()}  ${stepId ?? '-'}  ${name}  ${JSON.stringify(fields)}`);
    }
  }
}

function stateText(state: string, language: Language): string {
  return runsTextOf(language).states[state] ?? state;
}

function remarkOf({ skipReason, error, attempt, begun }: RunStep, language: Language): string {
  const tries = attempt > 1 || begun > 1 ? runLinesOf(language).begun(begun) : '';
  const skipped = skipReason === null ? '' : skipText(skipReason, language);
  return [...(error ? errorTexts(error, language) : []), skipped, tries].filter(Boolean).join('; ');
}

function costText({ jobs, boundUsd, spentUsd, unknown, prices }: RunCost, language: Language): string {
  return runLinesOf(language).cost(
    ...([String(jobs), usdText(spentUsd), unknown, usdText(boundUsd), prices] as const),
  );
}

function tookOf(startedAt: Date | null, endedAt: Date | null, language: Language): string {
  if (startedAt === null) return '';
  const took = durationText((endedAt?.getTime() ?? Date.now()) - startedAt.getTime(), language);
  return endedAt === null ? runLinesOf(language).sofar(took) : took;
}

async function known(records: Records, id: string): Promise<Run> {
  const run = await readRun(records.pool, id);
  if (run) return run;
  throw new SihwangError(
    'RUN_UNKNOWN',
    { ko: `없는 작업: ${id}`, en: `there is no run ${id}` },
    {
      exit: EXIT.usage,
      hint: { ko: '목록은 sihwang runs list.', en: 'sihwang runs list shows the runs.' },
    },
  );
}

const STATES: readonly string[] = [
  'planned',
  'running',
  'succeeded',
  'failed',
  'cancelled',
] satisfies RunState[];

function stateOf(text: string): RunState {
  if (STATES.includes(text)) return text as RunState;
  throw usage({
    ko: `--state의 값은 ${STATES.join(', ')} 가운데 하나: ${text}`,
    en: `--state is one of ${STATES.join(', ')}, not ${text}`,
  });
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit > 0) return limit;
  throw usage({
    ko: `--limit의 값은 1 이상의 정수: ${text}`,
    en: `--limit is a whole number from 1 on, not ${text}`,
  });
}

function usage(message: Bilingual): SihwangError {
  return new SihwangError('OPTION_UNREADABLE', message, {
    exit: EXIT.usage,
    hint: { ko: '쓰는 법은 sihwang runs list --help', en: 'sihwang runs list --help' },
  });
}

async function refuseUnknownStep(records: Records, id: string, step: string | undefined): Promise<void> {
  if (step === undefined) return;
  const ids = (await readSteps(records.pool, id)).map((each) => each.id);
  if (ids.includes(step)) return;
  throw new SihwangError(
    'STEP_UNKNOWN',
    { ko: `${id}에 없는 단계: ${step}`, en: `${id} has no step ${step}` },
    {
      exit: EXIT.usage,
      hint: { ko: `있는 단계: ${ids.join(', ')}.`, en: `Its steps: ${ids.join(', ')}.` },
    },
  );
}

async function notRetried(records: Records, id: string): Promise<SihwangError> {
  const { endedAt } = await known(records, id);
  if (endedAt === null) return notChanged(id, { ko: '아직 도는 작업', en: 'goes on still' });
  return new SihwangError(
    'RUN_NOT_CHANGED',
    { ko: `${id}에는 실패한 것이 없습니다`, en: `nothing of ${id} has failed` },
    {
      exit: EXIT.usage,
      hint: {
        ko: `모든 단계를 다시 하려면 sihwang runs retry ${id} --all.`,
        en: `sihwang runs retry ${id} --all does every step of it again.`,
      },
    },
  );
}

function notChanged(id: string, why: Bilingual): SihwangError {
  return new SihwangError(
    'RUN_NOT_CHANGED',
    { ko: `${why.ko}: ${id}`, en: `${id} ${why.en}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: `지금 상태는 sihwang runs show ${id}.`,
        en: `sihwang runs show ${id} says where it stands.`,
      },
    },
  );
}

function told(options: CommonOptions, json: unknown, text: string): void {
  if (options.json) printJson(json);
  else print(text);
}

function person(): string {
  return userInfo().username;
}
