import { type Bilingual, OUTCOMES, type Outcome, type OutcomeCounts } from '../domain/index.ts';
import { formatCount, type Language } from '../show/index.ts';

/** What became of a row, in a word. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, Bilingual>> = {
  accepted: { ko: '받음', en: 'accepted' },
  flagged: { ko: '비교에서 뺌', en: 'flagged' },
  duplicate: { ko: '중복', en: 'duplicate' },
  aggregate: { ko: '합계', en: 'aggregate' },
  rejected: { ko: '거부', en: 'rejected' },
};

/** The rows of a file and the five counts that add up to them. */
export function rowsText(rows: number, outcomes: OutcomeCounts, language: Language): string {
  const count = (value: number) => formatCount(value, language);
  const parts = OUTCOMES.map((name) => `${OUTCOME_WORDS[name][language]} ${count(outcomes[name])}`);
  return `${language === 'ko' ? `${count(rows)}행` : `${count(rows)} rows`} = ${parts.join(' + ')}`;
}
