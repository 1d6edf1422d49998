import type { Language } from './language.ts';
import { tradeUnit } from './units.ts';

type InBoth = Readonly<Record<Language, string>>;

/** What tells series of one item apart, as the answers name it. */
export interface Specified {
  readonly names: {
    readonly variety: InBoth;
    readonly grade: InBoth;
    readonly package: InBoth;
    readonly method: InBoth;
  };
  readonly unitValue: number;
  readonly unit: string;
  readonly priceKind: string;
}

/**
 * Variety, grade, unit and package, and the trade method where the price kind does not say it: `적상추 · 상 · 4 kg 상자`,
 * `Red lettuce · high grade · 4 kg box`. What a feed does not state is left out; '' when it states nothing.
 */
export function specification(series: Specified, language: Language): string {
  const { variety, grade, method, package: packed } = series.names;
  const trade =
    series.unitValue === 1 && series.unit === 'kg' ? '' : tradeUnit(series.unitValue, series.unit, language);
  return [
    variety[language],
    grade[language],
    [trade, packed[language]].filter(Boolean).join(' '),
    method.en === series.priceKind ? '' : method[language],
  ]
    .filter(Boolean)
    .join(' · ');
}
