import { z } from '@hono/zod-openapi';
import { seriesInfoSchema } from './series-info.ts';
import { bilingual, day, instant, metaSchema } from './terms.ts';

const daySum = {
  price: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  amount: z.number().nullable(),
  /** Σ of the series' unit that the amount was paid for. */
  units: z.number().nullable(),
  lots: z.number().nullable(),
};

const dayVersion = z.object({
  ...daySum,
  volumeKg: z.number().nullable(),
  /** Cancellations without their lot. */
  unpaired: z.number(),
  knownFrom: instant,
  /** null = it still holds. */
  knownTo: instant.nullable(),
  /** Whether this is the version that was asked about. */
  asked: z.boolean(),
});

/** A row of a raw file or answer, from 1, headers not counted. */
const rawPlace = { rawId: z.string(), rawRow: z.number() };

/** One published number, led back to the raw rows. */
export const explanationSchema = z
  .object({
    meta: metaSchema,
    info: seriesInfoSchema,
    day,
    status: z.enum(['published', 'left-out', 'without-price', 'unknown']),
    published: dayVersion.nullable(),
    formula: bilingual,
    /** The same worked out again from the rows. */
    fromRows: z.object(daySum),
    agrees: z.boolean(),
    pastRules: z.array(z.object({ id: z.string(), severity: z.enum(['flag', 'warn']) })),
    versions: z.array(dayVersion),
    rows: z.array(
      z.object({
        ...rawPlace,
        role: z.enum([
          ...([
            'counts',
            'lowers-volume',
            'flagged',
            'empty',
            'cancelled',
            'cancellation',
            'superseded',
          ] as const),
          ...(['not-yet-known', 'other-series', 'duplicate', 'aggregate', 'rejected'] as const),
        ]),
        says: bilingual,
        /** The row rule, or the lake's own reason, that met it. */
        rule: z.string().nullable(),
        /** The row that decided: the other half of a pair, the version in its place, the first of two alike. */
        by: z.object(rawPlace).nullable(),
        receivedAt: instant,
        knownAt: instant,
        knownAtBasis: z.enum(['observed', 'assumed']),
        values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
        /** The row as it came, where it was not accepted. */
        text: z.string().nullable(),
      }),
    ),
    files: z.array(
      z.object({
        rawId: z.string(),
        name: z.string(),
        bytes: z.number(),
        receivedAt: instant,
        request: z.object({ url: z.string(), query: z.record(z.string(), z.string()) }).nullable(),
      }),
    ),
    rules: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum(['flagged', 'aggregate', 'rejected']),
        says: bilingual,
        met: z.number(),
      }),
    ),
  })
  .openapi('Explanation');

export const explainQuery = z.strictObject({ series: z.string(), date: day, asOf: z.string().optional() });

export type Explanation = z.infer<typeof explanationSchema>;
