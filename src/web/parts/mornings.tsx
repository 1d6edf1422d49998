import type { Mornings as MorningsAnswer } from '../../api/contract.ts';
import { formatInstant, runsTextOf } from '../../show/index.ts';
import { useSpeech } from '../language.ts';

const SIDE = 12;
const STEP = 16;

/** Whether the numbers were there in time: a sentence, and a square a morning. */
export function Mornings({ mornings }: { readonly mornings: MorningsAnswer | null }) {
  const { language } = useSpeech();
  const words = runsTextOf(language);
  if (mornings === null) return <p class="missing">{words.noSchedule}</p>;
  const { inTime, judged, withinMinutes } = mornings;
  const said = words.inTime(inTime, judged, withinMinutes);
  return (
    <section class="mornings" aria-labelledby="mornings-heading">
      <h2 id="mornings-heading">{words.mornings}</h2>
      <p>{said}</p>
      <svg
        viewBox={`0 0 ${Math.max(1, mornings.mornings.length) * STEP} ${SIDE}`}
        width={Math.max(1, mornings.mornings.length) * STEP}
        height={SIDE}
        role="img"
        aria-label={said}
      >
        {mornings.mornings.map(({ scheduledAt, standing }, at) => (
          <rect
            key={scheduledAt}
            class={`morning-${standing}`}
            x={at * STEP}
            y="0"
            width={SIDE}
            height={SIDE}
            rx="2"
          >
            <title>{`${formatInstant(scheduledAt, language)}: ${words.standing[standing] ?? standing}`}</title>
          </rect>
        ))}
      </svg>
    </section>
  );
}
