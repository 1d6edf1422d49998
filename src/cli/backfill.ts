import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { type BackfillPlanOptions, backfillPlan } from './backfill-plan.ts';
import { cancel, list, show } from './backfill-tables.ts';
import { type CommonOptions, withCommonOptions } from './command.ts';
import { type FetchCliOptions, runFetch, withFetchOptions } from './fetch.ts';

type BackfillOptions = FetchCliOptions & BackfillPlanOptions;

/** One command for the past: of a feed over HTTP, or of a plan run by run. */
export function addBackfill(program: Command): void {
  const backfill = withFetchOptions(program.command('backfill [feed]'))
    .description(
      "work off the past: bring in a feed's (backfill FEED), or run a plan for each of its market days (--plan)",
    )
    .option('--from <day>', 'first day, YYYY-MM-DD')
    .option('--to <day>', 'last day, YYYY-MM-DD')
    .option('--plan <plan>', 'run this plan for each market day of the range that has no good run')
    .option('--stale', 'with --plan: only runs that rest on other code or rules than those of now')
    .option('--parallel <runs>', 'with --plan: at most so many at a time (else 1)')
    .option('--retries <times>', 'with --plan: try a run that fails so often again (else 1)')
    .option(
      '--at <schedule>',
      'with --plan: whose ticks the runs are for (else those of the plan’s schedule)',
    )
    .option('--detach', 'with --plan: write it down for the orchestrator, and end')
    .action((feed: string | undefined, options: BackfillOptions) => backfillOf(feed, options));
  withCommonOptions(backfill.command('list'))
    .description('backfills of plans, the latest first')
    .action((options: CommonOptions) => list(allOf(backfill, options)));
  withCommonOptions(backfill.command('show <id>'))
    .description('every market day of a backfill: its run, and why it is kept or done again')
    .action((id: string, options: CommonOptions) => show(id, allOf(backfill, options)));
  withCommonOptions(backfill.command('cancel <id>'))
    .description('begin nothing more of a backfill, and end what is going')
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
        ? 'what is to be backfilled?'
        : `${feed} is a feed and ${plan} a plan: which of them?`,
    );
  if (feed !== undefined) {
    if (from === undefined || to === undefined) throw usage('a backfill of a feed has --from and --to');
    for (const option of ['stale', 'parallel', 'retries', 'at', 'detach'] as const)
      if (options[option] !== undefined) throw usage(`--${option} goes with --plan`);
    return runFetch(feed, options, true);
  }
  for (const option of ['items', 'markets', 'wait'] as const)
    if (options[option] !== undefined) throw usage(`--${option} goes with a feed`);
  if (!stale && (from === undefined || to === undefined))
    throw usage('a backfill of a plan has --from and --to (only --stale can do without)');
  return backfillPlan(plan!, options);
}

function usage(message: string): SihwangError {
  return new SihwangError('BACKFILL_UNCLEAR', message, {
    exit: EXIT.usage,
    hint: 'Write sihwang backfill FEED --from DAY --to DAY, or sihwang backfill --plan PLAN --from DAY --to DAY.',
  });
}
