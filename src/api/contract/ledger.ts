import { z } from '@hono/zod-openapi';
import { driftAlarmSchema } from './drift.ts';
import { day, instant } from './terms.ts';

const wire = z.number().nullable();

/** What the first forecasts from each origin of one cell have earned since they were issued, over the last 26 weeks. */
const liveCellSchema = z.object({
  horizon: z.string(),
  /** Forecasts scored, and the weeks that their target days lie in. */
  scored: z.number(),
  weeks: z.number(),
  coverage80: z.number(),
  /** 1 - own errors ÷ those of the last price. */
  skill: wire,
  firstTargetDay: day,
  lastTargetDay: day,
  /** Outcomes of a quarter, from which on a cell is judged by them. */
  enough: z.boolean(),
});

/** What was said of a series, what came, and what it has earned live; see `sihwang forecasts ledger`. */
export const ledgerSchema = z
  .object({
    series: z.string(),
    /** By horizon and origin, oldest first; several vintages of one origin one after the other. */
    said: z.array(
      z.object({
        horizon: z.string(),
        originDay: day,
        targetDay: day.nullable(),
        issuedAt: instant,
        vintage: z.number(),
        status: z.string(),
        modelVersion: z.string(),
        model: z.string().nullable(),
        snapshotSha256: z.string(),
        conditionsVersion: z.string(),
        run: z.string(),
        mean: wire,
        lo80: wire,
        hi80: wire,
        /** The last price at the origin. */
        naive: wire,
        /** null = its day has not come, or it did not trade. */
        actual: wire,
        inside80: z.boolean().nullable(),
        knownAt: instant.nullable(),
      }),
    ),
    /** By horizon; empty before the first score. */
    live: z.array(liveCellSchema),
    /** Open now, of this series. */
    alarms: z.array(driftAlarmSchema),
  })
  .openapi('Ledger');

export type Ledger = z.infer<typeof ledgerSchema>;
export type LiveCell = z.infer<typeof liveCellSchema>;

/** The same of the forecasts beside a board's rows; a row without enough of it is left out. */
export const boardLiveSchema = z
  .object({ rows: z.array(liveCellSchema.extend({ series: z.string() })) })
  .openapi('BoardLive');

export type BoardLive = z.infer<typeof boardLiveSchema>;

export const ledgerQuery = z.strictObject({
  series: z.string(),
  horizon: z.enum(['MD1', 'W1', 'W2', 'W4', 'S1', 'S2', 'S3']).optional(),
  /** An instant, or a day (its end in the feed's zone): the scores as they were known then. */
  asOf: z.iso.datetime({ offset: true }).or(day).optional(),
});
