import type { Question } from './cases.ts';
import type { GlobalPanel } from './panel.ts';

/**
 * What is learnt from: positions and leads whose outcome lies before `end`, so many that the rows of all series stay
 * near `rowsAtMost` at the origin `first`.
 *
 * Every lead takes each stride-th position from a place of its own, so neighbouring leads do not repeat each other; the
 * stride shares no factor with the season, so every weekday is met.
 */
export function trainingQuestions(
  panel: GlobalPanel,
  {
    first,
    end,
    horizon,
    season,
    rowsAtMost,
  }: {
    readonly first: number;
    readonly end: number;
    readonly horizon: number;
    readonly season: number;
    readonly rowsAtMost: number;
  },
): Question[] {
  const start = beginning(panel, first);
  const most = (first - start) * horizon * panel.values.length;
  let stride = Math.max(1, Math.ceil(most / rowsAtMost));
  while (commonDivisor(stride, season) > 1) stride++;
  const questions: Question[] = [];
  for (let lead = 1; lead <= horizon; lead++) {
    // 0.618…: the places of the leads spread evenly over the stride
    const shift = Math.floor(((lead * 0.6180339887498949) % 1) * stride);
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
