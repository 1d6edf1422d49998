import { z } from '@hono/zod-openapi';
import { PRICE_KINDS } from '../../domain/index.ts';
import { forecastCellSchema } from './forecast.ts';
import { seriesInfoSchema } from './series-info.ts';
import { day, metaSchema, named } from './terms.ts';

/** A past price today is compared with, always with the day it stands for. */
const comparison = z.object({ day, price: z.number(), changePercent: z.number() }).nullable();

/** 평년: `kind` normal only with all five years; `mean` = plain mean of 3–4 years, shown as "n년 평균". */
const normalYear = z
  .object({
    kind: z.enum(['normal', 'mean']),
    years: z.number(),
    price: z.number(),
    low: z.number(),
    high: z.number(),
    changePercent: z.number(),
  })
  .nullable();

export const boardRowSchema = seriesInfoSchema
  .extend({
    price: z.number(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    volumeKg: z.number().nullable(),
    lots: z.number().nullable(),
    previous: comparison,
    week: comparison,
    year: comparison,
    normal: normalYear,
    previousVolumeKg: z.number().nullable(),
    /** Prices of the last 30 market days of the series, oldest first; null = no trade. */
    spark: z.array(z.number().nullable()),
    forecast: forecastCellSchema.nullable(),
  })
  .openapi('BoardRow');

export const boardSchema = z
  .object({
    meta: metaSchema,
    breadth: z.object({ up: z.number(), down: z.number(), unchanged: z.number(), without: z.number() }),
    rows: z.array(boardRowSchema),
    /** Rows that match before `limit` cut the list. */
    total: z.number(),
    /** Without `date` the board opens on the last full day; this is a newer, thin one, and its rows under the same question. */
    newer: z.object({ day, rows: z.number() }).nullable(),
  })
  .openapi('Board');

export const moverSchema = z
  .object({ up: z.array(boardRowSchema), down: z.array(boardRowSchema), meta: metaSchema })
  .openapi('Movers');

export const itemListSchema = z
  .object({
    items: z.array(
      z.object({
        feed: z.string(),
        simulated: z.boolean(),
        item: named,
        category: named,
        /** The item's representative series. */
        headline: z.string(),
        seriesCount: z.number(),
      }),
    ),
  })
  .openapi('ItemList');

/** Which rows, of which day, as known when. */
const rowsAsked = {
  feed: z.string(),
  /** Absent = the last full day: at least a third of the median number of series priced on the last 20 market days. */
  date: day.optional(),
  /** A day (its end in the feed's zone) or an instant. */
  asOf: z.string().optional(),
  category: z.string().optional(),
  market: z.string().optional(),
  priceKind: z.enum(PRICE_KINDS).optional(),
  /** headline = the representative series of each item (default); all = every series that traded. */
  scope: z.enum(['headline', 'all']).optional(),
};

export const boardQuery = z.strictObject({
  ...rowsAsked,
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .optional(),
});

export const moversQuery = z.strictObject({
  ...rowsAsked,
  /** Rows each way, 5 by default. */
  count: z
    .string()
    .regex(/^\d{1,3}$/)
    .optional(),
});

export const itemQuery = z.strictObject({ feed: z.string().optional(), q: z.string().max(80).optional() });

export type BoardRow = z.infer<typeof boardRowSchema>;

export type Board = z.infer<typeof boardSchema>;

export type Movers = z.infer<typeof moverSchema>;

export type ItemList = z.infer<typeof itemListSchema>;
