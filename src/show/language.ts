/** The two languages of every page, message and export; Korean is the source. */
export const LANGUAGES = ['ko', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The BCP 47 tag that Intl gets. */
export const LOCALE: Readonly<Record<Language, string>> = { ko: 'ko-KR', en: 'en-GB' };
