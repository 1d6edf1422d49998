import type { Language } from '../language.ts';
import { en } from './en.ts';
import { ko, type Text } from './ko.ts';

export type { Text } from './ko.ts';

/** The catalogue of a language. */
export function textOf(language: Language): Text {
  return language === 'ko' ? ko : en;
}
