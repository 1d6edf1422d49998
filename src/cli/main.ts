#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { fullDisk } from './full-disk.ts';
import { languageOfArguments } from './language.ts';
import { makeProgram } from './program.ts';
import { usageError } from './usage-error.ts';

const args = process.argv.slice(2);
const language = languageOfArguments(args);
const program = await makeProgram(language, args.find((word) => !word.startsWith('-')) ?? '');

/** What people read when something is wrong: what it is, and what to do next. */
function report(error: unknown): number {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.done;
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  // a group of commands that was asked for nothing has shown its help
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
  const known =
    error instanceof CommanderError ? usageError(error, program, args) : (fullDisk(error) ?? error);
  if (known instanceof SihwangError) tellKnown(known);
  else tellFault(known as Error);
  if (args.includes('--debug')) process.stderr.write(`${(error as Error).stack}\n`);
  return known instanceof SihwangError ? known.exit : EXIT.bug;
}

function tellKnown(error: SihwangError): void {
  const { code, ko } = error;
  const { message, hint } = error.in(language);
  process.stderr.write(
    args.includes('--json')
      ? `${JSON.stringify({ error: { code, ...error.in('en'), ko } })}\n`
      : `sihwang: ${message}\n  → ${hint}\n`,
  );
}

function tellFault({ message }: Error): void {
  const hint = {
    ko: '프로그램의 결함입니다. --debug를 붙여 다시 실행하고 그 내용을 알려 주십시오.',
    en: 'This is a fault of ours; run again with --debug and report it.',
  };
  process.stderr.write(
    args.includes('--json')
      ? `${JSON.stringify({ error: { code: 'BUG', message } })}\n`
      : `sihwang: ${message}\n  → ${hint[language]}\n`,
  );
}

// a reader such as `head` may leave early, also one of both streams (`2>&1 | head`)
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => process.exit(report(error)));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
