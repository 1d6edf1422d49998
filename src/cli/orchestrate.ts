import type { Command } from 'commander';
import { keepOrchestrating } from '../pipeline/runs/index.ts';
import { type Language, runLinesOf } from '../show/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say } from './language.ts';
import { tell } from './output.ts';

export function addOrchestrate(program: Command, say: Say): void {
  withCommonOptions(program.command('orchestrate'), say)
    .description(
      say({
        ko: 'Ctrl-C를 누를 때까지 홈의 작업을 실행. 다른 프로세스가 하고 있으면 대기하다가 이어받음',
        en: 'carry out the runs of the home until Ctrl-C; stands by while another process does, and takes over',
      }),
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
    onLine: (line) => tell(line[language]),
    onProblem: (problem) => tell(words.startedAgain(problem[language])),
  };
}
