import { jobLogs } from '../pipeline/runs/index.ts';
import type { Records } from '../records/index.ts';
import { jobLogsTextOf } from '../show/index.ts';
import { type CommonOptions, homeOf } from './command.ts';
import { languageOf } from './language.ts';
import { print } from './output.ts';

export interface JobLogOptions extends CommonOptions {
  readonly jobs?: boolean;
  readonly job?: string;
  readonly provider?: boolean;
}

/** Prints what jobs of a run have said, each under its name; with `--json` a line of JSON for each of theirs. */
export async function printJobLogs(records: Records, run: string, options: JobLogOptions): Promise<void> {
  const words = jobLogsTextOf(languageOf(options));
  const heard = jobLogs(homeOf(options), records, run, {
    ...(options.job === undefined ? {} : { job: options.job }),
    alwaysRunner: options.provider === true,
  });
  let jobs = 0;
  for await (const { name, runner, state, error, words: said } of heard) {
    jobs++;
    if (!options.json) print(words.about(name, runner, state));
    if (!options.json && error !== null) print(error);
    let from: string | undefined;
    for await (const word of said) {
      if (options.json) print(JSON.stringify({ job: name, ...word }));
      else {
        if (word.from === 'runner' && from === undefined) print(words.fromRunner);
        print(word.line);
      }
      from = word.from;
    }
    if (from === undefined && !options.json) print(words.nothing);
  }
  if (jobs === 0 && !options.json) print(words.none);
}
