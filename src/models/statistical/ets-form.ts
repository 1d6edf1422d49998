/**
 * Error, trend and season of a form, each additive or multiplicative, in the order of the book's names: the error A or
 * M, the trend none, A or damped, the season none, A or M. These are the fifteen whose variance stays finite.
 * Source: Hyndman, Koehler, Ord, Snyder, "Forecasting with Exponential Smoothing" (2008), chapters 2 and 4.
 */
export const ETS_FORMS = [
  ...['ANN', 'AAN', 'AAdN', 'ANA', 'AAA', 'AAdA'],
  ...['MNN', 'MAN', 'MAdN', 'MNA', 'MAA', 'MAdA', 'MNM', 'MAM', 'MAdM'],
] as const satisfies readonly string[];

export type EtsForm = `${'A' | 'M'}${'N' | 'A' | 'Ad'}${'N' | 'A'}` | `M${'N' | 'A' | 'Ad'}M`;

/** What a form's name says. */
export interface EtsShape {
  readonly form: EtsForm;
  /** Errors are shares of the forecast; every forecast must then be positive. */
  readonly relative: boolean;
  readonly trend: boolean;
  readonly damped: boolean;
  readonly season: 'none' | 'additive' | 'multiplicative';
}

export function shapeOf(form: EtsForm): EtsShape {
  return {
    form,
    relative: form.startsWith('M'),
    trend: form.charAt(1) === 'A',
    damped: form.includes('d'),
    season: form.endsWith('N') ? 'none' : form.endsWith('A') ? 'additive' : 'multiplicative',
  };
}
