import { z } from '@hono/zod-openapi';

export const bilingual = z.object({ ko: z.string(), en: z.string() });

export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

export const instant = z.string();

export const named = z.object({ code: z.string(), name: bilingual });

/** Under which conditions an answer holds. */
export const metaSchema = z
  .object({
    feed: z.string(),
    simulated: z.boolean(),
    attribution: bilingual,
    /** Name of the licence that the data is under. */
    licence: z.string(),
    currency: z.string(),
    /** Serving version the whole answer was read from. */
    version: z.string(),
    /** The answer uses only what was known then; null = everything known now. */
    asOf: instant.nullable(),
    /** `assumed` when any number rests on an assumed publication time (bulk history). */
    knownAtBasis: z.enum(['observed', 'assumed']),
    /** When the newest row of this feed was received. */
    receivedAt: instant.nullable(),
    /** The market day the answer speaks of. */
    day: day.nullable(),
  })
  .openapi('Meta');

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    hint: z.string(),
    /** The same in Korean. */
    ko: z.object({ title: z.string(), hint: z.string() }),
    requestId: z.string(),
  })
  .openapi('Problem');

export type Meta = z.infer<typeof metaSchema>;

export type Problem = z.infer<typeof problemSchema>;
