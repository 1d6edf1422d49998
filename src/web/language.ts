import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Language, type Text, textOf } from '../show/index.ts';

interface Speech {
  readonly language: Language;
  readonly text: Text;
  /** Set when the address names the language, so that links keep it. */
  readonly stated: Language | undefined;
}

export function speech(stated: Language | undefined, browser: string): Speech {
  const language = stated ?? (browser.toLowerCase().startsWith('ko') ? 'ko' : 'en');
  return { language, text: textOf(language), stated };
}

export const SpeechContext = createContext<Speech>(speech('ko', 'ko'));

/** The page's language and its words. */
export function useSpeech(): Speech {
  return useContext(SpeechContext);
}
