import type { Forecast, Series } from '../../api/contract.ts';
import { describeChange, formatPrice, type Language, priceUnit, type Text } from '../../show/index.ts';

/** The chart's one sentence: price, change, normal year, and what four weeks are expected to bring. */
export function findingOf(
  series: Series,
  forecast: Forecast | undefined,
  text: Text,
  language: Language,
): string {
  const word = (percent: number) => describeChange(percent, language).label;
  const { latest } = series;
  if (!latest) return '';
  const unit = priceUnit(latest.currency, latest.unit, language);
  const price = `${formatPrice(latest.price, language)} ${unit}`;
  const cell = forecast?.cells.find(({ horizon }) => horizon === 'W4');
  return [
    latest.previous
      ? text.finding.change(price, word(latest.previous.changePercent))
      : text.finding.price(price),
    latest.normal &&
      text.finding.normal(
        latest.normal.kind === 'normal' ? text.normal.name : text.normal.mean(latest.normal.years),
        word(latest.normal.changePercent),
      ),
    cell && cell.lo80 !== null && cell.hi80 !== null && cell.status !== 'withheld'
      ? text.finding.forecast(formatPrice(cell.lo80, language), formatPrice(cell.hi80, language))
      : null,
  ]
    .filter(Boolean)
    .join(' ');
}
