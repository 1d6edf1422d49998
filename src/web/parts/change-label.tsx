import { describeChange } from '../../show/index.ts';
import { useSpeech } from '../language.ts';

/** A change with glyph, sign and colour; grey words when it rounds to zero. */
export function ChangeLabel({ percent }: { readonly percent: number }) {
  const { language } = useSpeech();
  const { direction, glyph, label } = describeChange(percent, language);
  return (
    <span class={`change change-${direction}`}>
      {glyph && (
        <span class="glyph" aria-hidden="true">
          {glyph}
        </span>
      )}
      {label}
    </span>
  );
}
