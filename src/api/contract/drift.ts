import { z } from '@hono/zod-openapi';
import { instant } from './terms.ts';

/** Something live that has left what was promised of it. */
export const driftAlarmSchema = z
  .object({
    id: z.number(),
    task: z.string(),
    feed: z.string(),
    /** '' = the whole feed. */
    series: z.string(),
    /** '' = every horizon. */
    horizon: z.string(),
    /** `coverage`: 80% intervals hold far too seldom; `skill`: errors above the last price's; `promise`: outside the backtest's. */
    kind: z.string(),
    figures: z.record(z.string(), z.unknown()),
    raisedAt: instant,
    /** null = it is open. */
    endedAt: instant.nullable(),
  })
  .openapi('DriftAlarm');

/** The newest alarms, and how many are open, by feed and kind. */
export const driftSchema = z
  .object({
    open: z.array(z.object({ feed: z.string(), kind: z.string(), count: z.number() })),
    alarms: z.array(driftAlarmSchema),
  })
  .openapi('Drift');

export const driftQuery = z.strictObject({
  task: z.string().optional(),
  feed: z.string().optional(),
  /** Alarms that have ended too. */
  all: z.enum(['true', 'false']).optional(),
});

export type DriftAlarm = z.infer<typeof driftAlarmSchema>;
export type Drift = z.infer<typeof driftSchema>;
