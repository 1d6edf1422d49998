/** Places where a process may die while it notes ticks and starts their runs. */
export const TICKER_KILL_POINTS = ['ticks-noted', 'tick-run-started'] as const;

/** The same while it works off a backfill. */
export const BACKFILL_KILL_POINTS = ['partition-begun', 'backfill-looked'] as const;

/** The same, and while somebody changes a schedule or asks for a backfill or its end. */
export const SCHEDULE_KILL_POINTS = [
  ...TICKER_KILL_POINTS,
  ...BACKFILL_KILL_POINTS,
  'schedule-changed',
  'backfill-asked',
  'backfill-cancel-asked',
] as const;
