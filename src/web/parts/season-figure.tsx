import { useId, useMemo } from 'preact/hooks';
import type { Series } from '../../api/contract.ts';
import { formatPrice, LOCALE, SeasonalChart } from '../../show/index.ts';
import { seasonsOf } from '../charts/seasons.ts';
import { useSpeech } from '../language.ts';
import { useWidth } from './use-width.ts';

const HEIGHT = 240;

/** This year over the last five, by calendar day. */
export function SeasonFigure({ series }: { readonly series: Series }) {
  const { text, language } = useSpeech();
  const id = useId();
  const [host, width] = useWidth<HTMLDivElement>();
  const seasons = useMemo(() => seasonsOf(series), [series]);
  const last = seasons.at(-1);
  const first = seasons[0];
  if (!last || !first || seasons.length < 2) return null;
  const month = new Intl.DateTimeFormat(LOCALE[language], { timeZone: 'UTC', month: 'short' });
  return (
    <figure class="season-figure" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{text.item.season}</h2>
      <div ref={host} class="season-host">
        {width > 0 && (
          <SeasonalChart
            seasons={seasons}
            width={width}
            height={HEIGHT}
            label={text.item.seasonLabel(last.year, `${first.year}–${last.year - 1}`)}
            formatPrice={(price) => formatPrice(price, language)}
            formatMonth={(number) => month.format(new Date(Date.UTC(2024, number - 1, 1)))}
          />
        )}
      </div>
    </figure>
  );
}
