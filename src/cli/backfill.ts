import type { Command } from 'commander';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
import { type BackfillPlanOptions, backfillPlan } from './backfill-plan.ts';
import { cancel, list, show } from './backfill-tables.ts';
import { type CommonOptions, withCommonOptions } from './command.ts';
import { type FetchCliOptions, runFetch, withFetchOptions } from './fetch.ts';
import type { Say } from './language.ts';

type BackfillOptions = FetchCliOptions & BackfillPlanOptions;

/** One command for the past: of a feed over HTTP, or of a plan run by run. */
export function addBackfill(program: Command, say: Say): void {
  const backfill = withFetchOptions(program.command('backfill [feed]'), say)
    .description(
      say({
        ko: '지난날 메우기: 자료의 과거를 받아 넣거나(backfill FEED), 거래일마다 계획을 돌림(--plan)',
        en: "work off the past: bring in a feed's (backfill FEED), or run a plan for each of its market days (--plan)",
      }),
    )
    .option('--from <day>', say({ ko: '첫 날, YYYY-MM-DD', en: 'first day, YYYY-MM-DD' }))
    .option('--to <day>', say({ ko: '끝 날, YYYY-MM-DD', en: 'last day, YYYY-MM-DD' }))
    .option(
      '--plan <plan>',
      say({
        ko: '기간 안에서 제대로 된 작업이 없는 거래일마다 이 계획을 돌림',
        en: 'run this plan for each market day of the range that has no good run',
      }),
    )
    .option(
      '--stale',
      say({
        ko: '--plan과 함께: 지금과 다른 코드나 규칙으로 만든 것만',
        en: 'with --plan: only runs that rest on other code or rules than those of now',
      }),
    )
    .option(
      '--parallel <runs>',
      say({
        ko: '--plan과 함께: 한꺼번에 돌리는 작업 수 (없으면 1)',
        en: 'with --plan: at most so many at a time (else 1)',
      }),
    )
    .option(
      '--retries <times>',
      say({
        ko: '--plan과 함께: 실패한 작업을 다시 해 보는 횟수 (없으면 1)',
        en: 'with --plan: try a run that fails so often again (else 1)',
      }),
    )
    .option(
      '--at <schedule>',
      say({
        ko: '--plan과 함께: 작업을 어느 예약의 시각에 맞출지 (없으면 그 계획의 예약)',
        en: 'with --plan: whose ticks the runs are for (else those of the plan’s schedule)',
      }),
    )
    .option(
      '--detach',
      say({
        ko: '--plan과 함께: 실행은 오케스트레이터에 맡기고 기록만 남긴 뒤 끝냄',
        en: 'with --plan: write it down for the orchestrator, and end',
      }),
    )
    .action((feed: string | undefined, options: BackfillOptions) => backfillOf(feed, options));
  withCommonOptions(backfill.command('list'), say)
    .description(say({ ko: '계획의 메우기 목록, 최근 것부터', en: 'backfills of plans, the latest first' }))
    .action((options: CommonOptions) => list(allOf(backfill, options)));
  withCommonOptions(backfill.command('show <id>'), say)
    .description(
      say({
        ko: '메우기의 거래일별 작업, 그대로 두거나 다시 하는 까닭',
        en: 'every market day of a backfill: its run, and why it is kept or done again',
      }),
    )
    .action((id: string, options: CommonOptions) => show(id, allOf(backfill, options)));
  withCommonOptions(backfill.command('cancel <id>'), say)
    .description(
      say({
        ko: '메우기를 더 시작하지 않고, 진행 중인 것도 끝냄',
        en: 'begin nothing more of a backfill, and end what is going',
      }),
    )
    .action((id: string, options: CommonOptions) => cancel(id, allOf(backfill, options)));
}

/** `--home` and its like may stand before or behind the word. */
function allOf(parent: Command, options: CommonOptions): CommonOptions {
  return { ...parent.opts<CommonOptions>(), ...options };
}

async function backfillOf(feed: string | undefined, options: BackfillOptions): Promise<void> {
  const { plan, from, to, stale } = options;
  if ((feed === undefined) === (plan === undefined))
    throw usage(
      feed === undefined
        ? { ko: '무엇을 메울지 주지 않았습니다', en: 'what is to be backfilled?' }
        : {
            ko: `자료(${feed})와 계획(${plan}) 가운데 하나만 주세요`,
            en: `${feed} is a feed and ${plan} a plan: which of them?`,
          },
    );
  if (feed !== undefined) {
    if (from === undefined || to === undefined)
      throw usage({
        ko: '자료를 메우려면 --from과 --to가 필요합니다',
        en: 'a backfill of a feed has --from and --to',
      });
    for (const option of ['stale', 'parallel', 'retries', 'at', 'detach'] as const)
      if (options[option] !== undefined)
        throw usage({ ko: `--plan과 함께 쓰는 옵션: --${option}`, en: `--${option} goes with --plan` });
    return runFetch(feed, options, true);
  }
  for (const option of ['items', 'markets', 'wait'] as const)
    if (options[option] !== undefined)
      throw usage({ ko: `자료를 메울 때 쓰는 옵션: --${option}`, en: `--${option} goes with a feed` });
  if (!stale && (from === undefined || to === undefined))
    throw usage({
      ko: '계획을 메우려면 --from과 --to가 필요합니다 (--stale만 없어도 됩니다)',
      en: 'a backfill of a plan has --from and --to (only --stale can do without)',
    });
  return backfillPlan(plan!, options);
}

function usage(message: Bilingual): SihwangError {
  return new SihwangError('BACKFILL_UNCLEAR', message, {
    exit: EXIT.usage,
    hint: {
      ko: 'sihwang backfill FEED --from DAY --to DAY 또는 sihwang backfill --plan PLAN --from DAY --to DAY로 쓰세요.',
      en: 'Write sihwang backfill FEED --from DAY --to DAY, or sihwang backfill --plan PLAN --from DAY --to DAY.',
    },
  });
}
