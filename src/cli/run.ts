import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { EXIT, type ExitCode, SihwangError } from '../domain/index.ts';
import { usdText } from '../jobs/index.ts';
import { estimateRun, keepOrchestrating, planNamed, planSteps, startRun } from '../pipeline/runs/index.ts';
import {
  type ErrorClass,
  listEvents,
  openRecords,
  type Records,
  type Run,
  readRun,
  readSteps,
} from '../records/index.ts';
import {
  durationText,
  errorTexts,
  type Language,
  planTextOf,
  runLinesOf,
  runsTextOf,
  skipText,
} from '../show/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { printEstimate } from './dry-run.ts';
import { languageOf, type Say, tellIn } from './language.ts';
import { toldToPeople } from './orchestrate.ts';
import { print, printJson, tell } from './output.ts';

interface RunOptions extends CommonOptions {
  readonly scheduledFor?: string;
  readonly dryRun?: boolean;
  readonly maxCost?: string;
  readonly wait: boolean;
}

export function addRun(program: Command, say: Say): void {
  withCommonOptions(program.command('run <plan>'), say)
    .description(
      say({
        ko: '계획을 지금 또는 지난 시각에 맞춰 돌림. 같은 계획과 시각은 한 번만 돎',
        en: 'run a plan now, or for a moment of the past: the same plan and moment are run once',
      }),
    )
    .option(
      '--scheduled-for <time>',
      say({
        ko: '작업의 기준 시각, 시간대가 붙은 ISO 8601 (기본: 지금)',
        en: 'the moment that the run is for, ISO 8601 with its zone (default: now)',
      }),
    )
    .option(
      '--max-cost <usd>',
      say({
        ko: '가격표로 따져 이보다 더 들 수 있는 일감은 거절 (USD)',
        en: 'refuse jobs of the run that could cost more, in USD by the price table',
      }),
    )
    .option(
      '--dry-run',
      say({
        ko: '단계, 도는 곳, 걸리는 시간, 비용만 출력하고 아무것도 하지 않음',
        en: 'print the steps, where they run, how long they take and what they cost; do nothing',
      }),
    )
    .option(
      '--no-wait',
      say({
        ko: '실행은 오케스트레이터에 맡기고 작업만 적어 둔 뒤 끝냄',
        en: 'write the run down for the orchestrator, and end',
      }),
    )
    .action(run);
}

async function run(name: string, options: RunOptions): Promise<void> {
  const home = homeOf(options);
  const language = languageOf(options);
  const words = runLinesOf(language);
  const scheduledFor = momentOf(options.scheduledFor);
  const maxCostUsd = usdOf(options.maxCost);
  const plan = await planNamed(home, name);
  const records = await openRecords(home, { onProgress: tellIn(languageOf(options)) });
  try {
    if (options.dryRun) {
      const estimate = await estimateRun(home, records, plan, scheduledFor);
      if (options.json) printJson(estimate);
      else printEstimate(estimate, language);
      return;
    }
    const { id, started } = await startRun(home, records, plan, {
      ...{ scheduledFor, askedBy: 'command line' },
      ...(maxCostUsd === undefined ? {} : { params: { maxCostUsd } }),
    });
    tell(words.planned(id, started));
    if (planSteps(home, plan, scheduledFor).length === 0) tell(planTextOf(language).noSteps);
    if (!options.wait) {
      if (options.json) printJson({ id, started });
      else print(id);
      return;
    }
    const stopped = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
    const orchestrating = keepOrchestrating(home, { signal: stopped.signal, ...toldToPeople(language) });
    const ended = await Promise.race([followed(records, id, language, stopped.signal), orchestrating]);
    stopped.abort();
    await orchestrating;
    if (!ended) throw interrupted(id);
    if (options.json) printJson({ id, state: ended.state });
    else print(words.ended(id, stateText(ended.state, language)));
    await throwUnlessGood(records, ended);
  } finally {
    await records.close();
  }
}

/** To the second, because a run is named by it. */
function momentOf(text: string | undefined): Date {
  const moment = text === undefined ? new Date() : new Date(text);
  if (Number.isNaN(moment.getTime()) || (text !== undefined && !/(Z|[+-]\d\d:?\d\d)$/.test(text)))
    throw new SihwangError(
      'TIME_UNREADABLE',
      {
        ko: `--scheduled-for의 값은 시간대가 붙은 시각: ${text}`,
        en: `--scheduled-for is a moment with its zone, not ${text}`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '--scheduled-for 2026-11-29T06:10:00+09:00처럼 쓰세요.',
          en: 'Write --scheduled-for 2026-11-29T06:10:00+09:00.',
        },
      },
    );
  if (moment.getTime() > Date.now())
    throw new SihwangError(
      'TIME_AHEAD',
      {
        ko: `아직 오지 않은 시각입니다: ${text}. 작업은 지금이나 지난 시각의 것입니다`,
        en: `${text} is yet to come; a run is for now or for the past`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '예약이 그때 시작하게 하세요: sihwang schedule add NAME --plan PLAN --at "06:10 Asia/Seoul on Mon".',
          en: 'Let a schedule start it then: sihwang schedule add NAME --plan PLAN --at "06:10 Asia/Seoul on Mon".',
        },
      },
    );
  return new Date(Math.floor(moment.getTime() / 1000) * 1000);
}

function usdOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const usd = Number(text);
  if (Number.isFinite(usd) && usd > 0) return usd;
  throw new SihwangError(
    'OPTION_UNREADABLE',
    {
      ko: `--max-cost의 값은 0보다 큰 USD 금액: ${text}`,
      en: `--max-cost is an amount of USD above 0, not ${text}`,
    },
    {
      exit: EXIT.usage,
      hint: { ko: '--max-cost 5처럼 쓰세요.', en: 'Write --max-cost 5.' },
    },
  );
}

const LOOK_MS = 200;

/** The run when it has ended; its events are told meanwhile. Undefined at the signal. */
async function followed(
  records: Records,
  id: string,
  language: Language,
  signal: AbortSignal,
): Promise<Run | undefined> {
  for (let afterId = 0; !signal.aborted; await sleep(LOOK_MS)) {
    // the database may be away for a moment; whoever orchestrates says so
    const found = await Promise.all([
      readRun(records.pool, id),
      listEvents(records.pool, id, { afterId }),
    ]).catch(() => undefined);
    if (!found) continue;
    const [run, events] = found;
    for (const { id: eventId, stepId, name, fields } of events) {
      afterId = eventId;
      if (name === 'cost.bound') tell(`  ${stepId} ${boundText(fields, language)}`);
      if (stepId !== null && /^step\.(succeeded|partly|skipped|failed|retrying|blocked)$/.test(name))
        tell(`  ${stepId} ${saidOf(name.slice(5), fields, language)}`);
    }
    if (run?.endedAt) return run;
  }
  return undefined;
}

function saidOf(
  state: string,
  { workedMs, message, reason }: Readonly<Record<string, unknown>>,
  language: Language,
): string {
  const words = runLinesOf(language);
  if (state === 'retrying') return words.retrying(String(message));
  const word = stateText(state, language);
  if (message !== undefined) return `${word}: ${message}`;
  if (typeof reason === 'string') return `${word}: ${skipText(reason, language)}`;
  return typeof workedMs === 'number' ? `${word} ${words.in(durationText(workedMs, language))}` : word;
}

function stateText(state: string, language: Language): string {
  return runsTextOf(language).states[state] ?? state;
}

function boundText(
  { jobs, boundUsd, prices }: Readonly<Record<string, unknown>>,
  language: Language,
): string {
  return runLinesOf(language).submits(String(jobs), usdText(Number(boundUsd)), String(prices));
}

function interrupted(id: string): SihwangError {
  return new SihwangError(
    'STOPPED',
    {
      ko: `작업 ${id}: 더 지켜보지 않습니다. 기록에는 남아 있습니다`,
      en: `stopped watching ${id}; it is written down`,
    },
    {
      exit: EXIT.stopped,
      hint: { ko: 'sihwang orchestrate가 이어서 합니다.', en: 'sihwang orchestrate goes on with it.' },
    },
  );
}

const EXIT_OF: Readonly<Record<ErrorClass, ExitCode>> = {
  transient: EXIT.tryAgain,
  crashed: EXIT.tryAgain,
  'bad-data': EXIT.badData,
  configuration: EXIT.configuration,
  cancelled: EXIT.stopped,
  bug: EXIT.bug,
};

async function throwUnlessGood(records: Records, { id, state }: Run): Promise<void> {
  if (state === 'succeeded') return;
  const failed = (await readSteps(records.pool, id)).find(
    (step) => step.state === 'failed' || step.state === 'partly',
  );
  throw new SihwangError(
    state === 'cancelled' ? 'RUN_CANCELLED' : 'RUN_FAILED',
    {
      ko: failed?.error
        ? `${failed.id}: ${errorTexts(failed.error, 'ko')[0]}`
        : `${id}: ${stateText(state, 'ko')}`,
      en: failed?.error ? `${failed.id}: ${failed.error.message}` : `${id} is ${state}`,
    },
    {
      exit: failed?.error ? EXIT_OF[failed.error.class] : EXIT.stopped,
      hint: {
        ko: `자세한 것은 sihwang runs show ${id}. 실패한 것을 다시 하려면 sihwang runs retry ${id}.`,
        en: `sihwang runs show ${id} says more; sihwang runs retry ${id} does again what failed.`,
      },
    },
  );
}
