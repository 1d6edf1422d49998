import type { IngestStage } from '../pipeline/index.ts';
import type { Language } from '../show/index.ts';
import { tell } from './output.ts';

const STAGES: Readonly<Record<Language, Readonly<Record<IngestStage, string>>>> = {
  ko: {
    waiting: '기다림',
    keeping: '원본 보관',
    reading: '읽기',
    judging: '판정',
    writing: '쓰기',
    publishing: '시황 공표',
  },
  en: {
    waiting: 'waiting for',
    keeping: 'keeping the bytes of',
    reading: 'reading',
    judging: 'judging',
    writing: 'writing',
    publishing: 'publishing the conditions of',
  },
};

/** Tells what taking in is at, with the file, feed or holder that it is about; `before` stands at the line's beginning. */
export function tellStage(language: Language, before = ''): (stage: IngestStage, detail: string) => void {
  const said = STAGES[language];
  return (stage, detail) => tell(`${before}${said[stage]}${language === 'ko' ? ':' : ''} ${detail} …`);
}
