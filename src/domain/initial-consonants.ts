const FIRST_SYLLABLE = '가'.codePointAt(0) ?? 0;
const LAST_SYLLABLE = '힣'.codePointAt(0) ?? 0;
/** Vowels × finals: how many syllables share an initial consonant. */
const SYLLABLES_PER_INITIAL = 21 * 28;
const INITIALS = [...'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'];

/** The initial consonants (초성) of Korean text, the short form that people type to search: 배추 → ㅂㅊ. */
export function initialConsonants(text: string): string {
  return [...text.normalize('NFC')]
    .map((letter) => {
      const code = letter.codePointAt(0) ?? 0;
      if (code < FIRST_SYLLABLE || code > LAST_SYLLABLE) return letter;
      return INITIALS[Math.floor((code - FIRST_SYLLABLE) / SYLLABLES_PER_INITIAL)];
    })
    .join('');
}

/**
 * Whether a name is meant by what was typed so far: it holds the query, or, when the query is consonants alone, its
 * initials do. Case and blanks do not count; an empty query means every name.
 */
export function matchesName(name: string, query: string): boolean {
  const wanted = searchable(query);
  const shown = searchable(name);
  if (shown.includes(wanted)) return true;
  return /^[ㄱ-ㅎ]+$/.test(wanted) && initialConsonants(shown).includes(wanted);
}

function searchable(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll(/\s/g, '');
}
