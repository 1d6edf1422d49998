import type { Command } from 'commander';
import { keepOrchestrating } from '../pipeline/runs/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { tell } from './output.ts';

export function addOrchestrate(program: Command): void {
  withCommonOptions(program.command('orchestrate'))
    .description(
      'carry out the runs of the home until Ctrl-C; stands by while another process does, and takes over',
    )
    .action(async (options: CommonOptions) => {
      const stopped = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
      await keepOrchestrating(homeOf(options), { signal: stopped.signal, ...toldToPeople() });
    });
}

/** What an orchestrator says, as lines for people. */
export function toldToPeople(): Omit<Parameters<typeof keepOrchestrating>[1], 'signal'> {
  return {
    onState: (state, detail) =>
      tell(
        state === 'active'
          ? 'orchestrating'
          : `standing by: ${detail} is at work; this one takes over when it ends`,
      ),
    onLine: tell,
    onProblem: (problem) => tell(`the orchestrator ended and is started again: ${problem}`),
  };
}
