const DAY_MS = 86_400_000;
const MONTH_MS = 30.44 * DAY_MS;
/** A commit that reaches further back than this from its receipt is history brought in at once, and no growth. */
const BULK_DAYS = 92;
/** How far back the growth is looked at, and below how much room ahead a person should act. */
const FORECAST_MONTHS = 3;

/** What one commit brought into a home. */
export interface Arrival {
  readonly receivedMs: number;
  /** ISO day of its oldest row; null when it holds none. */
  readonly firstDay: string | null;
  /** Bytes of its raw, clean and set-aside files. */
  readonly bytes: number;
}

export interface DiskForecast {
  /** What the last three months kept day by day, and what is served of it. */
  readonly bytesPerMonth: number;
  /** History brought in at once during those months, left out of the growth. */
  readonly bulkBytes: number;
  /** Null when nothing grows. */
  readonly monthsLeft: number | null;
  /** True when less than three months are left. */
  readonly soonFull: boolean;
}

/**
 * How long a disk lasts at the pace of the last three months. `servedPerKept` is how many bytes of serving files stand
 * beside one byte that is kept: what is served grows with what is kept.
 */
export function diskForecast(
  arrivals: readonly Arrival[],
  at: { readonly nowMs: number; readonly freeBytes: number; readonly servedPerKept: number },
): DiskForecast {
  const lately = arrivals.filter(({ receivedMs }) => at.nowMs - receivedMs <= FORECAST_MONTHS * MONTH_MS);
  const isBulk = ({ firstDay, receivedMs }: Arrival) =>
    firstDay !== null && receivedMs - Date.parse(firstDay) > BULK_DAYS * DAY_MS;
  const daily = lately.filter((one) => !isBulk(one));
  const first = Math.min(at.nowMs, ...daily.map(({ receivedMs }) => receivedMs));
  // a home that is younger than a month is not blown up to one
  const observedMonths = Math.min(FORECAST_MONTHS, Math.max(1, (at.nowMs - first) / MONTH_MS));
  const bytesPerMonth = (bytesOf(daily) * (1 + at.servedPerKept)) / observedMonths;
  const monthsLeft = bytesPerMonth === 0 ? null : at.freeBytes / bytesPerMonth;
  return {
    bytesPerMonth,
    bulkBytes: bytesOf(lately.filter(isBulk)),
    monthsLeft,
    soonFull: monthsLeft !== null && monthsLeft < FORECAST_MONTHS,
  };
}

function bytesOf(arrivals: readonly Arrival[]): number {
  return arrivals.reduce((sum, { bytes }) => sum + bytes, 0);
}
