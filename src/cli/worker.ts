import type { Command } from 'commander';
import { runOneJob } from '../jobs/index.ts';

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description(
      'do one job of a run and end with its exit code: 0 done, 65 bad data, 70 bug, 75 try again, 143 stopped',
    )
    .requiredOption('--spec <uri>', "the job's spec, or a list of specs, as a run writes it")
    .option('--shard <number>', 'which spec of a list, from 0 (else AWS_BATCH_JOB_ARRAY_INDEX)')
    .action(async (options: { readonly spec: string; readonly shard?: string }) => {
      process.exitCode = await runOneJob(options);
    });
}
