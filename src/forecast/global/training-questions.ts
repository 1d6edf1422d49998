import type { Question } from './cases.ts';
import type { GlobalPanel } from './panel.ts';

/**
 * What is learnt from: positions and leads whose outcome lies before `end`, so many that the rows of all series stay
 * near `rowsAtMost` at the origin `first`.
 *
 * Every lead takes each stride-th position from a place of its own, so neighbouring leads do not repeat each other. Where
 * all origins stand at the same place within the season, on Tuesdays, and only some positions are taken anyway, so do
 * the positions: what a Tuesday's price says of the Friday is learnt from Tuesdays. Otherwise the stride shares no
 * factor with the season, so every weekday is met.
 */
export function trainingQuestions(
  panel: GlobalPanel,
  {
    origins,
    end,
    horizon,
    season,
    rowsAtMost,
  }: {
    readonly origins: ArrayLike<number>;
    readonly end: number;
    readonly horizon: number;
    readonly season: number;
    readonly rowsAtMost: number;
  },
): Question[] {
  const first = origins[0]!;
  let start = beginning(panel, first);
  const most = (first - start) * horizon * panel.values.length;
  let stride = Math.max(1, Math.ceil(most / rowsAtMost));
  const together = Array.from(origins).every((origin) => (origin - first) % season === 0);
  const step = together && stride >= season ? season : 1;
  if (step > 1) {
    stride = season * Math.ceil(stride / season);
    // a position is the newest one known, so an origin's own is the one before it
    start += (((first - 1 - start) % season) + season) % season;
  } else while (commonDivisor(stride, season) > 1) stride++;
  const questions: Question[] = [];
  for (let lead = 1; lead <= horizon; lead++) {
    // 0.618…: the places of the leads spread evenly over the stride
    const shift = step * Math.floor(((lead * 0.6180339887498949) % 1) * (stride / step));
    for (let position = start + shift; position + lead < end; position += stride)
      questions.push({ position, lead });
  }
  return questions;
}

/** The first position that has a year before it, but at most half of what is known is given up for that. */
function beginning({ years }: GlobalPanel, known: number): number {
  const first = years?.ago[0]?.findIndex((position) => position >= 0) ?? -1;
  return Math.min(Math.max(0, first), Math.floor(known / 2));
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
