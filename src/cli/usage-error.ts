import type { Command, CommanderError } from 'commander';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';

/** What is wrong with the arguments, by commander's name for it, from the English that commander has for it. */
const SAYS: Readonly<Record<string, (english: string) => Bilingual>> = {
  'commander.unknownCommand': (english) => ({
    ko: `없는 명령: ${named(english)}`,
    en: `there is no command ${named(english)}`,
  }),
  'commander.unknownOption': (english) => ({
    ko: `없는 옵션: ${named(english)}`,
    en: `there is no option ${named(english)}`,
  }),
  'commander.missingArgument': (english) => ({
    ko: `인자가 빠졌습니다: <${named(english)}>`,
    en: `the argument <${named(english)}> is missing`,
  }),
  'commander.optionMissingArgument': (english) => ({
    ko: `옵션에 값이 없습니다: ${named(english)}`,
    en: `the option ${named(english)} lacks its value`,
  }),
  'commander.missingMandatoryOptionValue': (english) => ({
    ko: `꼭 필요한 옵션이 빠졌습니다: ${named(english)}`,
    en: `the option ${named(english)} is needed`,
  }),
  'commander.excessArguments': (english) => ({
    ko: `인자가 너무 많습니다: ${counted(english).join('개까지 받는데 ')}개가 왔습니다`,
    en: `too many arguments: ${counted(english).join(' at most, and there are ')}`,
  }),
};

/** An error of commander's as one of ours, with the page of help that says how the command is written. */
export function usageError(
  { code, message }: CommanderError,
  program: Command,
  args: readonly string[],
): SihwangError {
  const english = message.replace(/^error: /, '');
  const meant = /Did you mean (?:one of )?(.+)\?\)/.exec(english)?.[1];
  const page = `${commandOf(program, args)} --help`;
  return new SihwangError('USAGE', SAYS[code]?.(english) ?? { ko: english, en: english }, {
    exit: EXIT.usage,
    hint: meant
      ? {
          ko: `혹시 ${meant}인가요? 쓰는 법은 ${page}`,
          en: `Did you mean ${meant}? ${page} says how it is written.`,
        }
      : { ko: `쓰는 법은 ${page}`, en: `${page} says how it is written.` },
  });
}

/** What commander puts in quotes. */
function named(english: string): string {
  return /'(.*?)'/.exec(english)?.[1] ?? english;
}

/** How many arguments were expected, and how many came. */
function counted(english: string): readonly string[] {
  return /Expected (\d+) .* got (\d+)/.exec(english)?.slice(1) ?? [english];
}

/** The words of the command that the arguments name, as far as there are such commands. */
function commandOf(program: Command, args: readonly string[]): string {
  let command = program;
  const words = [program.name()];
  for (const word of args) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) continue;
    words.push(word);
    command = next;
  }
  return words.join(' ');
}
