import { ForecastRefusal, type YearPositions } from '../../models/index.ts';

/** One array a series, in the order of the panel's values. */
export type PanelColumns = readonly Float64Array[];

/**
 * Series that one model learns from together: equally long arrays, aligned by position, NaN = missing.
 *
 * A series that begins later has NaN before its beginning. Everything but `years`, `cycles`, `events` and `future` is
 * read up to the origin only; those four are known in advance and reach `horizon` positions further than the values.
 */
export interface GlobalPanel {
  readonly values: PanelColumns;
  /** Traded amount at the same positions. */
  readonly volumes?: PanelColumns;
  /**
   * Fresher readings of the same quantity in its units, such as the last day's price of a week; the forecast starts
   * from the first of them instead of from the last value.
   */
  readonly fresh?: Readonly<Record<string, PanelColumns>>;
  /** Traded amount at the time of the first of them. */
  readonly freshVolumes?: PanelColumns;
  /** Covariates that are known only once their position has come. */
  readonly past?: Readonly<Record<string, PanelColumns>>;
  /** Covariates that are known in advance. */
  readonly future?: Readonly<Record<string, PanelColumns>>;
  /** A small code a series, such as its market or its kind of produce. */
  readonly groups?: Readonly<Record<string, ArrayLike<number>>>;
  /** Where the same calendar day lies in earlier years. */
  readonly years?: YearPositions;
  /** What the calendar says of every position, the same for all series, such as the weekday. */
  readonly cycles?: Readonly<Record<string, Float64Array>>;
  /** The same for events: holidays, closures, days to a feast. */
  readonly events?: Readonly<Record<string, Float64Array>>;
}

/** The positions of a panel; throws {@link ForecastRefusal} when its arrays do not fit together. */
export function positionsOf(panel: GlobalPanel, horizon: number): number {
  const { values, years } = panel;
  const positions = values[0]?.length ?? 0;
  if (positions === 0) throw new ForecastRefusal('no-values', 'the panel has no series with values');
  const asLong = (name: string, columns: PanelColumns, atLeast: number) => {
    if (columns.length !== values.length || columns.some((column) => column.length < atLeast)) {
      throw new ForecastRefusal(
        'too-short',
        `${name} needs ${values.length} arrays with ${atLeast} positions each`,
      );
    }
  };
  asLong('values', values, positions);
  if (values.some((column) => column.some((value) => Math.abs(value) === Infinity)))
    throw new ForecastRefusal('not-finite', 'the panel has an infinite value');
  if (panel.volumes) asLong('volumes', panel.volumes, positions);
  if (panel.freshVolumes) asLong('fresh volumes', panel.freshVolumes, positions);
  const ahead = positions + horizon;
  for (const known of [panel.fresh, panel.past])
    for (const [name, columns] of Object.entries(known ?? {})) asLong(name, columns, positions);
  for (const [name, columns] of Object.entries(panel.future ?? {})) asLong(name, columns, ahead);
  for (const calendar of [panel.cycles, panel.events])
    for (const [name, column] of Object.entries(calendar ?? {}))
      if (column.length < ahead)
        throw new ForecastRefusal('too-short', `${name} has ${column.length} positions; ${ahead} are needed`);
  if (years?.ago.some((positionsAgo) => positionsAgo.length < ahead))
    throw new ForecastRefusal('no-season', `year positions are needed for all ${ahead} positions`);
  return positions;
}

/** Positions from one year to the next, where a year is first known; Infinity without years. */
export function positionsPerYear(years: YearPositions | undefined): number {
  const first = years?.ago[0]?.findIndex((position) => position >= 0) ?? -1;
  return first < 0 ? Infinity : first - years!.ago[0]![first]!;
}
