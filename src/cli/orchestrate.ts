import type { Command } from 'commander';
import { keepOrchestrating } from '../pipeline/runs/index.ts';
import { type Language, runLinesOf } from '../show/index.ts';
import { type CommonOptions, homeOf, languageOf, withCommonOptions } from './command.ts';
import { tell } from './output.ts';

export function addOrchestrate(program: Command): void {
  withCommonOptions(program.command('orchestrate'))
    .description(
      'carry out the runs of the home until Ctrl-C; stands by while another process does, and takes over',
    )
    .action(async (options: CommonOptions) => {
      const stopped = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
      await keepOrchestrating(homeOf(options), {
        signal: stopped.signal,
        ...toldToPeople(languageOf(options)),
      });
    });
}

/** What an orchestrator says, as lines for people. */
export function toldToPeople(language: Language): Omit<Parameters<typeof keepOrchestrating>[1], 'signal'> {
  const words = runLinesOf(language);
  return {
    onState: (state, detail) => tell(state === 'active' ? words.atWork : words.standsBy(detail)),
    onLine: tell,
    onProblem: (problem) => tell(words.startedAgain(problem)),
  };
}
