import type { GlobalPanel, PanelColumns } from './panel.ts';
import { logarithms } from './series-view.ts';
import { meanOfLast } from './trailing.ts';

/** Readings of the newest days, the one that a forecast starts from first. Chosen on Japanese prices before 2024. */
const NEWEST_DAYS = [2, 1, 3];

/**
 * Fresher readings for a panel of daily prices: geometric means of the newest days with a price up to each position.
 *
 * One day's price is noise as much as news, so a forecast starts from the newest two. Prices above zero and amounts in
 * the panel's layout, NaN = no trade; NaN before the first trade.
 */
export function newestReadings(
  prices: PanelColumns,
  volumes: PanelColumns,
): Required<Pick<GlobalPanel, 'fresh' | 'freshVolumes'>> {
  const newest = (columns: PanelColumns, days: number) =>
    columns.map((column) => meanOfLast(logarithms(column), days).map(Math.exp));
  return {
    fresh: Object.fromEntries(NEWEST_DAYS.map((days) => [`${days} days`, newest(prices, days)])),
    freshVolumes: newest(volumes, NEWEST_DAYS[0]!),
  };
}
