import { z } from '@hono/zod-openapi';
import type { DenseSeries } from '../../show/index.ts';
import { boardRowSchema } from './board.ts';
import { seriesInfoSchema } from './series-info.ts';
import { bilingual, day, metaSchema } from './terms.ts';

export { unpackSeries } from '../../show/index.ts';

/** Whole numbers in units of 10^−decimals: the first value, then differences to the last present one; null = no value. */
const packed = z.object({ decimals: z.number(), steps: z.array(z.number().nullable()) });

/**
 * A daily (or weekly) series in columns, packed so that ten years travel light: `unpackSeries` lays it out again, one
 * element a day. `start` + index × `stepDays` is the day of an index. Columns have one element a priced day; `priced` are the
 * indices of those days and `closed` those of closed market days, each as the distance to the one before.
 * Figures are rounded as the pages show them; the CSV has them exact.
 */
export const seriesSchema = z
  .object({
    meta: metaSchema,
    info: seriesInfoSchema,
    start: day,
    /** Days from one element to the next: 1 daily, 7 weekly. */
    stepDays: z.number(),
    /** Elements once unpacked. */
    length: z.number(),
    priced: z.array(z.number()),
    price: packed,
    low: packed,
    high: packed,
    volumeKg: packed,
    normal: packed,
    normalLow: packed,
    normalHigh: packed,
    /** Years behind each normal value; 0 = none. */
    normalYears: packed,
    /** Days left out of prices as trickle trade or against the series' own history: index and reason. */
    leftOut: z.array(z.object({ index: z.number(), reason: z.string() })),
    closed: z.array(z.number()),
    /** Other series of the same item in this feed. */
    siblings: z.array(seriesInfoSchema),
    latest: boardRowSchema.nullable(),
    /** What one of the count unit holds, from the stated table, and the latest price by it; null = no conversion is stated. */
    countWeight: z
      .object({
        holds: z.number(),
        /** `kg`, or a smaller count unit. */
        of: z.string(),
        /** The latest price per one of `of`. */
        price: z.number().nullable(),
        source: bilingual,
        confidence: z.enum(['low', 'medium', 'high']),
        /** All of it in a sentence. */
        says: bilingual,
      })
      .nullable(),
  })
  .openapi('Series');

export const seriesQuery = z.strictObject({
  series: z.string(),
  from: day.optional(),
  to: day.optional(),
  asOf: z.string().optional(),
});

export type PackedSeries = z.infer<typeof seriesSchema>;

/** The series as it is worked with: what `unpackSeries` makes of the answer. */
export type Series = DenseSeries<
  Pick<
    PackedSeries,
    'meta' | 'info' | 'start' | 'stepDays' | 'leftOut' | 'siblings' | 'latest' | 'countWeight'
  >
>;
