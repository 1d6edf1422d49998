import { type Feature, marketMeans, originFeatures, type PartName } from './origin-features.ts';
import { type GlobalPanel, positionsOf } from './panel.ts';
import { type SeriesView, type ViewOptions, viewOf } from './series-view.ts';
import { TargetFeatures } from './target-features.ts';

/** A position t, the newest known one, and how many steps ahead of it is asked about. */
export interface Question {
  readonly position: number;
  readonly lead: number;
}

/** Rows to learn from or to answer, series by series and for each of them in the order of the questions. */
export interface Cases {
  readonly rows: number;
  readonly columns: readonly Float32Array[];
  readonly series: Int32Array;
  readonly question: Int32Array;
  /** Where the forecast starts from, in the view's terms. */
  readonly anchor: Float64Array;
  readonly unit: Float64Array;
  /** The move from the anchor in units; NaN where the outcome is not among the values. */
  readonly target: Float64Array;
}

/** A move of more units is learnt as one of so many: one broken value must not teach all series. */
const LARGEST_MOVE = 100;

/** Turns (series, position, lead) into rows of features. */
export class CaseMaker {
  readonly names: readonly string[];
  readonly parts: readonly PartName[];
  readonly categorical: readonly string[];
  /** Whether the panel brings covariates of its own. */
  readonly covariates: boolean;
  private readonly panel: GlobalPanel;
  private readonly options: ViewOptions;
  private readonly market: readonly Feature[];
  private readonly targets: TargetFeatures;

  constructor(panel: GlobalPanel, options: ViewOptions, horizon: number) {
    const positions = positionsOf(panel, horizon);
    this.panel = panel;
    this.options = options;
    this.covariates = Object.keys({ ...panel.past, ...panel.future }).length > 0;
    this.targets = new TargetFeatures(panel, options.season);
    this.market = marketMeans(this.everySeries(), positions);
    const first = this.ofSeries(0).features;
    const groups = Object.keys(panel.groups ?? {});
    const shared = [...first, ...this.market];
    this.names = [...shared.map(({ name }) => name), ...this.targets.layout.names, 'series', ...groups];
    this.parts = [
      ...shared.map(({ part }) => part),
      ...this.targets.layout.parts,
      'level',
      ...groups.map(() => 'level' as const),
    ];
    this.categorical = ['series', ...groups];
  }

  /** Rows for every series and question; without `unanswered` only where the outcome is known. */
  make(questions: readonly Question[], unanswered: boolean): Cases {
    const { panel, names, market, targets } = this;
    const most = questions.length * panel.values.length;
    const columns = names.map(() => new Float32Array(most));
    const series = new Int32Array(most);
    const question = new Int32Array(most);
    const anchor = new Float64Array(most);
    const unit = new Float64Array(most);
    const target = new Float64Array(most);
    const ahead = new Float64Array(targets.layout.names.length);
    const groups = Object.values(panel.groups ?? {});
    let rows = 0;
    for (let index = 0; index < panel.values.length; index++) {
      const { view, features } = this.ofSeries(index);
      questions.forEach(({ position, lead }, asked) => {
        const start = view.anchor[position]!;
        const move = (view.values[position + lead] ?? Number.NaN) - start;
        if (Number.isNaN(start) || (Number.isNaN(move) && !unanswered)) return;
        let k = 0;
        for (const { column } of features) columns[k++]![rows] = column[position]!;
        for (const { column } of market) columns[k++]![rows] = column[position]!;
        targets.write(view, position, lead, ahead, 0);
        for (const value of ahead) columns[k++]![rows] = value;
        columns[k++]![rows] = index;
        for (const codes of groups) columns[k++]![rows] = codes[index]!;
        series[rows] = index;
        question[rows] = asked;
        anchor[rows] = start;
        unit[rows] = view.unit[position]!;
        target[rows] = Math.max(-LARGEST_MOVE, Math.min(LARGEST_MOVE, move / unit[rows]!));
        rows++;
      });
    }
    const cut = <T extends Float32Array | Float64Array | Int32Array>(column: T) =>
      column.subarray(0, rows) as T;
    return {
      rows,
      columns: columns.map(cut),
      series: cut(series),
      question: cut(question),
      anchor: cut(anchor),
      unit: cut(unit),
      target: cut(target),
    };
  }

  private ofSeries(index: number): { readonly view: SeriesView; readonly features: readonly Feature[] } {
    const { panel, options } = this;
    const view = viewOf(panel, index, options);
    const features = originFeatures(panel, view, options.season);
    for (const [name, columns] of Object.entries(panel.past ?? {}))
      features.push({ name, part: 'weather', column: columns[index]! });
    return { view, features };
  }

  private *everySeries(): Generator<readonly Feature[]> {
    for (let index = 0; index < this.panel.values.length; index++) yield this.ofSeries(index).features;
  }
}

/** The given rows of the cases. */
export function casesAt(cases: Cases, rows: Int32Array): Cases {
  const pick = <T extends Float32Array | Float64Array | Int32Array>(column: T, into: T) => {
    for (let i = 0; i < rows.length; i++) into[i] = column[rows[i]!]!;
    return into;
  };
  return {
    rows: rows.length,
    columns: cases.columns.map((column) => pick(column, new Float32Array(rows.length))),
    series: pick(cases.series, new Int32Array(rows.length)),
    question: pick(cases.question, new Int32Array(rows.length)),
    anchor: pick(cases.anchor, new Float64Array(rows.length)),
    unit: pick(cases.unit, new Float64Array(rows.length)),
    target: pick(cases.target, new Float64Array(rows.length)),
  };
}
