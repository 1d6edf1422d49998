import type { LiveCell } from '../../api/contract.ts';
import { formatCount, formatDayShort, formatPercent, formatSignedPercent } from '../../show/index.ts';
import { useSpeech } from '../language.ts';
import { Tip } from './tip.tsx';

/** What a forecast has earned since it was issued, once that is enough to be judged by. */
export function LiveBadge({ cell }: { readonly cell: LiveCell | undefined }) {
  const { text, language } = useSpeech();
  if (!cell?.enough) return null;
  const gain = cell.skill === null ? text.missing : formatSignedPercent(cell.skill * 100, language);
  return (
    <Tip
      label={text.live.badge(gain)}
      look="badge badge-live"
      lines={[
        text.live.explain,
        text.live.gain(gain),
        text.forecast.coverage(formatPercent(cell.coverage80 * 100, language)),
        text.live.basis(
          formatCount(cell.scored, language),
          formatCount(cell.weeks, language),
          formatDayShort(cell.firstTargetDay, language, true),
          formatDayShort(cell.lastTargetDay, language, true),
        ),
      ]}
    />
  );
}
