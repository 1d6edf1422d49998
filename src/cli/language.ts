import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
import type { Language } from '../show/index.ts';
import { tell } from './output.ts';

/** Gives words in the language of the command line; what a command says of itself is written `say({ ko, en })`. */
export type Say = (words: Bilingual) => string;

export function sayIn(language: Language): Say {
  return (words) => words[language];
}

/** A line of progress, said in a language; what a function that reports in both is given. */
export function tellIn(language: Language): (line: Bilingual) => void {
  return (line) => tell(line[language]);
}

/**
 * `--lang`, else the locale of the environment (the first of LC_ALL, LC_MESSAGES and LANG that is set), else English.
 * @throws SihwangError LANGUAGE_UNKNOWN
 */
export function languageOf(options: { readonly lang?: string }): Language {
  if (options.lang === undefined) return languageOfLocale();
  if (isLanguage(options.lang)) return options.lang;
  throw new SihwangError(
    'LANGUAGE_UNKNOWN',
    { ko: `--lang의 값은 ko 또는 en: ${options.lang}`, en: `--lang is ko or en, not ${options.lang}` },
    {
      exit: EXIT.usage,
      hint: { ko: '--lang ko 또는 --lang en으로 쓰세요.', en: 'Write --lang ko or --lang en.' },
    },
  );
}

/** The same, from arguments that no command has read yet: help and errors of usage are in it. */
export function languageOfArguments(args: readonly string[]): Language {
  const at = args.findLastIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const word = args[at];
  const lang = word === '--lang' ? args[at + 1] : word?.slice('--lang='.length);
  return isLanguage(lang) ? lang : languageOfLocale();
}

function isLanguage(text: string | undefined): text is Language {
  return text === 'ko' || text === 'en';
}

function languageOfLocale(): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  return /^ko(?![a-z])/.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'ko' : 'en';
}
