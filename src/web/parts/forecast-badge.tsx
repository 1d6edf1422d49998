import { useId, useState } from 'preact/hooks';
import type { ForecastCell } from '../../api/contract.ts';
import { formatPercent, formatSignedPercent, type Language, type Text } from '../../show/index.ts';
import { useSpeech } from '../language.ts';

/** Everything behind the verdict, a line each: why, against what, how well it did, on how many forecasts. */
export function verdictLines(cell: ForecastCell, text: Text, language: Language): string[] {
  const lines = [cell.reason?.[language] ?? text.statusExplain[cell.status] ?? ''];
  if (cell.status === 'being-computed' || cell.status === 'withheld') return lines;
  if (cell.model) lines.push(text.forecast.model(cell.model));
  if (cell.baseline) lines.push(text.forecast.baselineName(cell.baseline));
  if (cell.skill !== null)
    lines.push(text.forecast.skillLong(formatSignedPercent(cell.skill * 100, language)));
  if (cell.coverage80 !== null)
    lines.push(text.forecast.coverage(formatPercent(cell.coverage80 * 100, language)));
  lines.push(cell.originsScored > 0 ? text.forecast.origins(cell.originsScored) : text.forecast.noHistory);
  return lines;
}

/** The gate's verdict; what it rests on appears on hover, focus and tap, and Escape hides it. */
export function ForecastBadge({ cell }: { readonly cell: ForecastCell }) {
  const { text, language } = useSpeech();
  const id = useId();
  const [hidden, setHidden] = useState(false);
  const show = () => setHidden(false);
  return (
    <span class={hidden ? 'verdict verdict-hidden' : 'verdict'}>
      <button
        type="button"
        class={`badge badge-${cell.status}`}
        aria-describedby={id}
        onBlur={show}
        onMouseLeave={show}
        onKeyDown={(event) => event.key === 'Escape' && setHidden(true)}
      >
        {text.status[cell.status] ?? cell.status}
      </button>
      <span role="tooltip" id={id} class="tip">
        {verdictLines(cell, text, language).map((line) => (
          <span key={line}>{line}</span>
        ))}
      </span>
    </span>
  );
}
