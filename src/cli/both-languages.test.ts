import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { SihwangError } from '../domain/index.ts';
import { makeProgram } from './program.ts';
import { usageError } from './usage-error.ts';

const HANGUL = /[\p{Script=Hangul}]/u;
/** Korean that stands in English texts as an example of what may be typed. */
const EXAMPLES = /시황|배추|ㅂㅊ|순/gu;

const korean = await makeProgram('ko', '');
const english = await makeProgram('en', '');

/** What a command and each of its parts say of themselves, by place. */
function textsOf(command: Command, path = command.name()): Map<string, string> {
  const help = command.createHelp();
  const parts: (readonly [string, string])[] = [
    [path, command.description()],
    ...help
      .visibleOptions(command)
      .map((one) => [`${path} ${one.flags}`, help.optionDescription(one)] as const),
    ...help.visibleArguments(command).map((one) => [`${path} <${one.name()}>`, one.description] as const),
    ...help.visibleCommands(command).map((one) => [`${path} ${one.name()}:`, one.description()] as const),
  ];
  const below = command.commands.flatMap((one) => [...textsOf(one, `${path} ${one.name()}`)]);
  return new Map([...parts, ...below]);
}

it('says of every command and option in Korean and in English what it does', () => {
  const ko = textsOf(korean);
  const en = textsOf(english);
  expect([...ko.keys()]).toEqual([...en.keys()]);
  expect(ko.size).toBeGreaterThan(300);
  expect([...ko].filter(([, text]) => !HANGUL.test(text))).toEqual([]);
  expect([...en].filter(([, text]) => text === '' || HANGUL.test(text.replace(EXAMPLES, '')))).toEqual([]);
});

/** A page of help as it is printed. */
function pageOf(program: Command, ...words: string[]): string {
  const command = words.reduce((at, word) => at.commands.find((one) => one.name() === word)!, program);
  let page = '';
  command.configureOutput({
    writeOut: (text) => {
      page += text;
    },
    getOutHelpWidth: () => 100,
  });
  command.outputHelp();
  return page;
}

it.each([
  ['sihwang', []],
  ['board', ['board']],
  ['fetch', ['fetch']],
  ['schedule-add', ['schedule', 'add']],
])('prints the page of %s in both languages', async (name, words) => {
  const pages = `${pageOf(korean, ...words)}\n${pageOf(english, ...words)}`;
  await expect(pages).toMatchFileSnapshot(`../../test/golden/words/help-${name}.txt`);
});

/** What is said of arguments that cannot be understood. */
async function refused(...args: string[]) {
  const program = await makeProgram('ko', args[0] ?? '');
  const error = await program.parseAsync(args, { from: 'user' }).catch((thrown: unknown) => thrown);
  if (!(error instanceof CommanderError)) throw error;
  return usageError(error, program, args);
}

it('says what is wrong with arguments in both languages, and where to read on', async () => {
  const pages: string[] = [];
  for (const line of [
    'bord',
    'runs shw',
    'board --hoem x',
    'board --day',
    'board a b',
    'ingest --file x',
    'ingest demo',
  ]) {
    const error = await refused(...line.split(' '));
    expect(error.exit).toBe(2);
    for (const language of ['ko', 'en'] as const) {
      const { message, hint } = error.in(language);
      expect([message, hint].map((text) => HANGUL.test(text))).toEqual(
        language === 'ko' ? [true, true] : [false, false],
      );
      pages.push(`$ sihwang ${line} --lang ${language}\nsihwang: ${message}\n  → ${hint}\n`);
    }
  }
  await expect(pages.join('\n')).toMatchFileSnapshot('../../test/golden/words/usage-errors.txt');
});

it('says what is wrong with a home, a feed and a day in both languages', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sihwang-words-'));
  const pages: string[] = [];
  for (const line of [
    'board',
    'ingest cabbages --file x.csv',
    'ingest demo --file missing.csv',
    'forecast missing.csv --horizon 4',
    'fetch kamis --from 2026-02-30 --to 2026-03-01',
    'start --port 70000',
    'board --lang fr',
  ]) {
    const args = [...line.split(' '), '--home', home];
    const program = await makeProgram('ko', args[0]!);
    const error = await program.parseAsync(args, { from: 'user' }).catch((thrown: unknown) => thrown);
    if (!(error instanceof SihwangError)) throw error;
    for (const language of ['ko', 'en'] as const) {
      const { message, hint } = error.in(language);
      const told = `$ sihwang ${line} (${language})\nsihwang: ${message}\n  → ${hint}\n`;
      pages.push(told.replaceAll(home, 'HOME').replace(/(있는 자료|Known feeds): .*/, '$1: …'));
    }
  }
  rmSync(home, { recursive: true });
  await expect(pages.join('\n')).toMatchFileSnapshot('../../test/golden/words/errors.txt');
});
