import type { Command } from 'commander';
import { runOneJob } from '../jobs/index.ts';
import type { Say } from './language.ts';

export function addWorker(program: Command, say: Say): void {
  program
    .command('worker')
    .description(
      say({
        ko: '작업의 일감 하나를 하고 종료 코드로 끝냄: 0 됨, 65 나쁜 자료, 70 결함, 75 다시 시도, 143 멈춤',
        en: 'do one job of a run and end with its exit code: 0 done, 65 bad data, 70 bug, 75 try again, 143 stopped',
      }),
    )
    .requiredOption(
      '--spec <uri>',
      say({
        ko: '작업이 쓴 그대로의 일감 명세, 또는 명세 목록',
        en: "the job's spec, or a list of specs, as a run writes it",
      }),
    )
    .option(
      '--shard <number>',
      say({
        ko: '목록에서 몇 번째 명세인지, 0부터 (없으면 AWS_BATCH_JOB_ARRAY_INDEX)',
        en: 'which spec of a list, from 0 (else AWS_BATCH_JOB_ARRAY_INDEX)',
      }),
    )
    .action(async (options: { readonly spec: string; readonly shard?: string }) => {
      process.exitCode = await runOneJob(options);
    });
}
