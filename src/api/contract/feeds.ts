import { z } from '@hono/zod-openapi';
import { bilingual, day, instant } from './terms.ts';

/** Who published, what it is, and until when: stands beside every number. */
export const feedSchema = z
  .object({
    id: z.string(),
    name: bilingual,
    recordKind: z.enum(['trade', 'quote', 'observation', 'calendar']),
    priceKinds: z.array(z.string()),
    currency: z.string(),
    granularity: z.enum(['day', 'week', 'dekad']),
    rangeMeaning: z.enum(['extremes', 'tier-means', 'none']),
    simulated: z.boolean(),
    attribution: bilingual,
    licence: z.string(),
    /** First and last market day with a price. */
    firstDay: day.nullable(),
    lastDay: day.nullable(),
    /** Market days of the three weeks after the last day; empty where the feed's calendar is learned from its data. */
    nextDays: z.array(day),
    /** The feed's zone. */
    utcOffsetMinutes: z.number(),
    receivedAt: instant.nullable(),
    rows: z.object({
      accepted: z.number(),
      flagged: z.number(),
      duplicate: z.number(),
      aggregate: z.number(),
      rejected: z.number(),
    }),
    seriesCount: z.number(),
    /** Serving version of the conditions and of the forecasts. */
    version: z.string(),
    forecasts: z.object({ computed: z.number(), total: z.number(), running: z.boolean() }),
    categories: z.array(z.object({ code: z.string(), name: bilingual })),
    markets: z.array(z.object({ code: z.string(), name: bilingual })),
  })
  .openapi('Feed');

/** Every feed of this home, each a market of its own; never added up. */
export const feedListSchema = z.object({ feeds: z.array(feedSchema) }).openapi('FeedList');

/** The routes, all under /api/v1. Queries are strict: an unknown or malformed parameter is a 400 that names it. */
export const feedQuery = z.strictObject({});

export type Feed = z.infer<typeof feedSchema>;

export type FeedList = z.infer<typeof feedListSchema>;
