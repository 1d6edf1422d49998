import type { Told } from '../domain/index.ts';
import type { Language } from './language.ts';

/** An error as it was kept: in English, and in Korean where its words had a language at all. */
interface KeptError {
  readonly message: string;
  readonly hint: string | null;
  readonly ko?: Told | null;
}

/** What was wrong and, where that is known, what to do next: in the reader's language where it was kept in that. */
export function errorTexts(error: KeptError, language: Language): string[] {
  const { message, hint } = (language === 'ko' && error.ko) || error;
  return hint ? [message, hint] : [message];
}
