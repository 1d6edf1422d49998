/** Pairs of Korean particles: the first after a final consonant, the second after a vowel. */
export const PARTICLES = {
  topic: ['은', '는'],
  subject: ['이', '가'],
  object: ['을', '를'],
  with: ['과', '와'],
  means: ['으로', '로'],
} as const;
export type Particle = keyof typeof PARTICLES;

const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;
/** Position of ㄹ among the 28 finals; 으로/로 treats it as a vowel. */
const FINAL_RIEUL = 8;

/** Finals of the Sino-Korean readings 영 일 이 삼 사 오 육 칠 팔 구. */
const DIGIT_FINALS = [21, 8, 0, 16, 0, 0, 1, 8, 8, 0] as const;

/** Latin letters whose Korean names end in a consonant: L 엘, M 엠, N 엔, R 알. */
const LETTER_FINALS: Readonly<Record<string, number>> = { l: 8, m: 16, n: 4, r: 8 };

/** Index of the final consonant of the last letter that is spoken, 0 for a vowel; brackets and spaces are silent. */
function finalOf(word: string): number {
  const spoken = word.replace(/\([^)]*\)\s*$/, '').replace(/[^\p{L}\p{N}%]+$/u, '');
  const last = spoken.at(-1);
  if (last === undefined) return 0;
  const code = last.charCodeAt(0);
  if (code >= HANGUL_FIRST && code <= HANGUL_LAST) return (code - HANGUL_FIRST) % 28;
  if (last >= '0' && last <= '9') return DIGIT_FINALS[Number(last)] ?? 0;
  return LETTER_FINALS[last.toLowerCase()] ?? 0;
}

/** The particle that follows `word`: `particle('배추', 'subject')` is 가, `particle('당근', 'subject')` is 이. */
export function particle(word: string, kind: Particle): string {
  const final = finalOf(word);
  const afterConsonant = final !== 0 && !(kind === 'means' && final === FINAL_RIEUL);
  return PARTICLES[kind][afterConsonant ? 0 : 1];
}

/** `word` with its particle. */
export function withParticle(word: string, kind: Particle): string {
  return word + particle(word, kind);
}
