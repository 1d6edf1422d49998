import type { Command } from 'commander';
import { type BacktestFileOptions, backtestFile } from './backtest-file.ts';
import { type CommonOptions, withCommonOptions } from './command.ts';

interface BacktestOptions extends CommonOptions, Omit<BacktestFileOptions, 'json'> {
  readonly feed?: string;
}

export function addBacktest(program: Command): void {
  withCommonOptions(program.command('backtest [file]'))
    .description('score forecasts on past origins: of any table (unique_id,ds,y), or of a feed in the home')
    .option('--horizon <steps>', 'steps ahead, for a file')
    .action(async (file: string, options: BacktestOptions) => backtestFile(file, options));
}
