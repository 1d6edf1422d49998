import type { PartName } from './origin-features.ts';
import type { GlobalPanel } from './panel.ts';
import type { SeriesView } from './series-view.ts';
import { readAt } from './year-reference.ts';

/** Names and parts of the features of a (position, steps ahead), in the order in which they are written. */
export interface TargetLayout {
  readonly names: readonly string[];
  readonly parts: readonly PartName[];
}

/** Seasons back in which the same place within the season is looked up. */
const RHYTHM_SEASONS = 4;

/** Writes what is said about the target's place in time: moves of earlier years, the rhythm of the week, the calendar. */
export class TargetFeatures {
  readonly layout: TargetLayout;
  private readonly panel: GlobalPanel;
  private readonly season: number;
  private readonly known: readonly {
    readonly part: PartName;
    readonly name: string;
    readonly column: Float64Array;
  }[];
  private readonly futureNames: readonly string[];

  constructor(panel: GlobalPanel, season: number) {
    this.panel = panel;
    this.season = season;
    this.known = [
      ...Object.entries(panel.cycles ?? {}).map(([name, column]) => ({
        name,
        column,
        part: 'season' as const,
      })),
      ...Object.entries(panel.events ?? {}).map(([name, column]) => ({
        name,
        column,
        part: 'event' as const,
      })),
    ];
    this.futureNames = Object.keys(panel.future ?? {});
    const names: string[] = ['steps ahead'];
    const parts: PartName[] = ['level'];
    const say = (part: PartName, ...more: string[]) => {
      for (const name of more) {
        names.push(name);
        parts.push(part);
      }
    };
    if (panel.years) {
      say('season', 'move a year ago', 'move 2 years ago', 'move 3 years ago', 'move of earlier years');
      say('season', 'disagreement of earlier years', 'wide move of earlier years', 'day of earlier years');
      if (season === 1) say('season', 'close move of earlier years');
      if (panel.fresh) say('season', 'move from fresh in earlier years');
      if (panel.volumes) say('volume', 'volume move a year ago', 'volume move of earlier years');
    }
    if (season > 1) say('season', 'same place last season', 'same place of seasons');
    for (const { name, part } of this.known) say(part, `${name} there`);
    for (const name of this.futureNames) say('weather', `${name} there`, `${name} there against now`);
    this.layout = { names, parts };
  }

  /** Writes the features of (t, lead) for a series into `row` from `at` on. */
  write(view: SeriesView, t: number, lead: number, row: Float64Array, at: number): void {
    const { panel, season } = this;
    let k = at;
    const unit = view.unit[t]!;
    row[k++] = lead;
    if (panel.years) {
      k = this.writeYears(view, t, lead, row, k);
      if (view.volume) {
        const volume = yearMoves(panel, view.volume.narrow, view.halves.narrow, t, lead);
        row[k++] = volume.byYear[0]!;
        row[k++] = volume.mean;
      }
    }
    if (season > 1) {
      const back = Math.ceil(lead / season) * season;
      let sum = 0;
      let count = 0;
      for (let j = 0; j < RHYTHM_SEASONS; j++) {
        const there = t + lead - back - j * season;
        const base = there >= 0 && j * season <= t ? view.level[t - j * season]! : Number.NaN;
        const difference = (there >= 0 ? view.values[there]! : Number.NaN) - base;
        if (j === 0) row[k++] = difference / unit;
        if (Number.isNaN(difference)) continue;
        sum += difference;
        count++;
      }
      row[k++] = count > 0 ? sum / count / unit : Number.NaN;
    }
    for (const { column } of this.known) row[k++] = column[t + lead]!;
    for (const name of this.futureNames) {
      const column = panel.future![name]![view.index]!;
      row[k++] = column[t + lead]!;
      row[k++] = column[t + lead]! - column[t]!;
    }
  }

  private writeYears(view: SeriesView, t: number, lead: number, row: Float64Array, at: number): number {
    const { panel, season } = this;
    let k = at;
    const unit = view.unit[t]!;
    const { narrow, wide, halves, values, last } = view;
    const moves = yearMoves(panel, narrow, halves.narrow, t, lead);
    for (let j = 0; j < 3; j++) row[k++] = (moves.byYear[j] ?? Number.NaN) / unit;
    row[k++] = moves.mean / unit;
    row[k++] = moves.spread / unit;
    row[k++] = yearMoves(panel, wide, halves.wide, t, lead).mean / unit;
    let sum = 0;
    let count = 0;
    for (const positions of panel.years!.ago) {
      const there = positions[t + lead]!;
      const day = readAt(values, there, t, 0) - readAt(wide, there, t, halves.wide);
      if (Number.isNaN(day)) continue;
      sum += day;
      count++;
    }
    row[k++] = count > 0 ? sum / count / unit : Number.NaN;
    if (season === 1) row[k++] = closeMove(panel, last, values, t, lead) / unit;
    const fresh = Object.values(view.fresh)[0];
    if (fresh) row[k++] = closeMove(panel, fresh, values, t, lead) / unit;
    return k;
  }
}

/** Of so few years as there are a mean says less: it is drawn to "no move" as by one year without any. */
const YEARS_WITHOUT_MOVE = 1;

function drawnMean(sum: number, years: number): number {
  return years > 0 ? sum / (years + YEARS_WITHOUT_MOVE) : Number.NaN;
}

/** How a smoothed column moved over the same days of each earlier year; NaN for a year that is not known. */
function yearMoves(
  { years }: GlobalPanel,
  smooth: Float64Array,
  half: number,
  t: number,
  lead: number,
): { readonly byYear: Float64Array; readonly mean: number; readonly spread: number } {
  const ago = years!.ago;
  const byYear = new Float64Array(ago.length).fill(Number.NaN);
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let j = 0; j < ago.length; j++) {
    const move = readAt(smooth, ago[j]![t + lead]!, t, half) - readAt(smooth, ago[j]![t]!, t, half);
    byYear[j] = move;
    if (Number.isNaN(move)) continue;
    sum += move;
    squares += move * move;
    count++;
  }
  const spread = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  return { byYear, mean: drawnMean(sum, count), spread };
}

/**
 * The mean move over `lead` positions of earlier years, from one reading to another, nothing smoothed: where the same
 * day lies between two positions, both are read.
 */
function closeMove(
  { years }: GlobalPanel,
  from: Float64Array,
  to: Float64Array,
  t: number,
  lead: number,
): number {
  const { ago, beyond } = years!;
  let sum = 0;
  let count = 0;
  for (let j = 0; j < ago.length; j++) {
    const there = ago[j]![t + lead]!;
    if (there < 0) continue;
    const off = beyond?.[j]?.[t + lead] ?? 0;
    const move = readBetween(to, there, off, t) - readBetween(from, there - lead, off, t);
    if (Number.isNaN(move)) continue;
    sum += move;
    count++;
  }
  return drawnMean(sum, count);
}

/** The column `off` steps beyond a position, between two neighbours; NaN unless both lie at or before `now`. */
function readBetween(column: Float64Array, position: number, off: number, now: number): number {
  const lower = Math.floor(position + off);
  const upper = Math.ceil(position + off);
  if (lower < 0 || upper > now) return Number.NaN;
  const share = position + off - lower;
  return share === 0 ? column[lower]! : (1 - share) * column[lower]! + share * column[upper]!;
}
