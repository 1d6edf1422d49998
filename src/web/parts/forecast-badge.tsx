import type { ForecastCell } from '../../api/contract.ts';
import {
  formatPercent,
  formatReasons,
  formatSignedPercent,
  type Language,
  type Text,
} from '../../show/index.ts';
import { useSpeech } from '../language.ts';
import { Tip } from './tip.tsx';

/** Everything behind the verdict, a line each: why, against what, how well it did, on how many forecasts. */
export function verdictLines(cell: ForecastCell, text: Text, language: Language): string[] {
  const lines = [cell.reason?.[language] ?? text.statusExplain[cell.status] ?? ''];
  if (cell.status === 'being-computed' || cell.status === 'withheld') return lines;
  const named = (id: string) => (text.model[id] ? `${text.model[id]} (${id})` : id);
  if (cell.model) lines.push(text.forecast.model(named(cell.model)));
  if (cell.baseline) lines.push(text.forecast.baselineName(named(cell.baseline)));
  if (cell.skill !== null)
    lines.push(text.forecast.skillLong(formatSignedPercent(cell.skill * 100, language)));
  if (cell.coverage80 !== null)
    lines.push(text.forecast.coverage(formatPercent(cell.coverage80 * 100, language)));
  if (cell.mean !== null && cell.reasons) {
    const { level, season, recent } = formatReasons(cell.mean, cell.reasons, language);
    lines.push(text.forecast.reasonsLine(level, season, recent));
  }
  lines.push(cell.originsScored > 0 ? text.forecast.origins(cell.originsScored) : text.forecast.noHistory);
  return lines;
}

/** What this forecast has earned, in a word: a model its error against the baseline's, a baseline how often its interval held. */
export function Earned({ cell }: { readonly cell: ForecastCell }) {
  const { text, language } = useSpeech();
  const { skill, coverage80, status } = cell;
  if (skill !== null && status !== 'baseline')
    return <small>{text.forecast.skill(formatSignedPercent(-skill * 100, language))}</small>;
  return (
    coverage80 !== null && (
      <small>
        {text.forecast.coverageShort} {formatPercent(coverage80 * 100, language)}
      </small>
    )
  );
}

/** The gate's verdict, with what it rests on. */
export function ForecastBadge({ cell }: { readonly cell: ForecastCell }) {
  const { text, language } = useSpeech();
  return (
    <Tip
      label={text.status[cell.status] ?? cell.status}
      look={`badge badge-${cell.status}`}
      lines={verdictLines(cell, text, language)}
    />
  );
}
