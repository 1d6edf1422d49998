import type { Bilingual, SihwangError } from '../domain/index.ts';

/** One thing looked at: whether it is well, and what to do when it is not. */
export interface Finding {
  readonly check: Bilingual;
  readonly ok: boolean;
  readonly found: Bilingual;
  /** Absent where it is well. */
  readonly advice?: Bilingual;
  /** The same in numbers, where there are any. */
  readonly figures?: Readonly<Record<string, unknown>>;
}

export function well(check: Bilingual, found: Bilingual): Finding {
  return { check, ok: true, found };
}

/** A finding that is well or not; `advice` is kept where it is not. */
export function finding(check: Bilingual, ok: boolean, found: Bilingual, advice: Bilingual): Finding {
  return { check, ok, found, ...(ok ? {} : { advice }) };
}

/** A finding about what an error says. */
export function troubled(
  check: Bilingual,
  { message, hint, ko }: Pick<SihwangError, 'message' | 'hint' | 'ko'>,
): Finding {
  return finding(check, false, { ko: ko.message, en: message }, { ko: ko.hint, en: hint });
}

/** What is the same in both languages: a name, a size, or the words of another program. */
export function asIs(text: string): Bilingual {
  return { ko: text, en: text };
}

/** For machines: English by the names that never change, and the Korean beside it. */
export function findingJson({ check, ok, found, advice, figures }: Finding): object {
  return {
    ...{ check: check.en, ok, found: found.en, advice: advice?.en ?? '' },
    ko: { check: check.ko, found: found.ko, advice: advice?.ko ?? '' },
    ...(figures ? { figures } : {}),
  };
}
