import { z } from '@hono/zod-openapi';
import { PRICE_KINDS } from '../domain/index.ts';
import type { DenseSeries } from '../show/index.ts';

export { unpackSeries } from '../show/index.ts';
export * from './ledger-contract.ts';

/**
 * The API, stated once: validation, OpenAPI 3.1 and the types that the pages see all come from here.
 * Prices are in the series' own currency per `unit` (kg, or a count unit); null = missing, never 0.
 */

const bilingual = z.object({ ko: z.string(), en: z.string() });
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const instant = z.string();

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

/** Under which conditions an answer holds. */
export const metaSchema = z
  .object({
    feed: z.string(),
    simulated: z.boolean(),
    attribution: bilingual,
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

const named = z.object({ code: z.string(), name: bilingual });

export const seriesInfoSchema = z
  .object({
    /** The series' one text form. */
    series: z.string(),
    item: named,
    category: named,
    variety: z.string(),
    grade: z.string(),
    package: z.string(),
    unitValue: z.number(),
    /** kg, or a count unit: prices are per one of these. */
    unit: z.string(),
    market: named,
    method: z.string(),
    priceKind: z.string(),
    currency: z.string(),
    headline: z.boolean(),
    /** The feed's own words for variety, grade, package and method, as a reader of either language says them. */
    names: z.object({ variety: bilingual, grade: bilingual, package: bilingual, method: bilingual }),
  })
  .openapi('SeriesInfo');

/** The four verdicts of the gate, plus the honest "not yet". */
export const FORECAST_STATUSES = [
  'model',
  'model-wide-interval',
  'baseline',
  'withheld',
  'being-computed',
] as const;

/** One series × one horizon: never a point without its interval and what this very forecast has earned. */
export const forecastCellSchema = z
  .object({
    horizon: z.string(),
    status: z.enum(FORECAST_STATUSES),
    /** Why withheld or baseline; null when the model is shown. */
    reason: bilingual.nullable(),
    originDay: day.nullable(),
    targetDay: day.nullable(),
    model: z.string().nullable(),
    baseline: z.string().nullable(),
    mean: z.number().nullable(),
    lo50: z.number().nullable(),
    hi50: z.number().nullable(),
    lo80: z.number().nullable(),
    hi80: z.number().nullable(),
    lo95: z.number().nullable(),
    hi95: z.number().nullable(),
    /** 1 − loss ÷ loss of the best single baseline (known only afterwards) over the origins scored, of what was shown at each. */
    skill: z.number().nullable(),
    /** Share of actuals inside the 80% interval over the origins scored. */
    coverage80: z.number().nullable(),
    originsScored: z.number(),
    /** WAPE of what was shown and of the naive forecast, same origins. */
    wape: z.number().nullable(),
    wapeNaive: z.number().nullable(),
    /**
     * Parts that add up to `mean`: the level of the last eight weeks, what season and weekday alone would make of it, and what
     * the recent move adds.
     */
    reasons: z.object({ level: z.number(), season: z.number(), recent: z.number() }).nullable(),
  })
  .openapi('ForecastCell');

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
  })
  .openapi('Series');

export const forecastSchema = z
  .object({
    meta: metaSchema,
    info: seriesInfoSchema,
    cells: z.array(forecastCellSchema),
    /** The fan, market day by market day, from the same models as the cells. */
    fan: z.object({
      days: z.array(day),
      mean: z.array(z.number()),
      lo50: z.array(z.number()),
      hi50: z.array(z.number()),
      lo80: z.array(z.number()),
      hi80: z.array(z.number()),
      lo95: z.array(z.number()),
      hi95: z.array(z.number()),
    }),
    /** Scores of every candidate over the backtest's origins, by horizon. */
    backtest: z.array(
      z.object({
        horizon: z.string(),
        model: z.string(),
        wape: z.number(),
        mase: z.number().nullable(),
        pinball: z.number().nullable(),
        coverage80: z.number().nullable(),
        origins: z.number(),
      }),
    ),
    issuedAt: instant.nullable(),
  })
  .openapi('Forecast');

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

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    hint: z.string(),
    requestId: z.string(),
  })
  .openapi('Problem');

export const RUN_STATES = ['planned', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export const STEP_STATES = [
  'planned',
  'running',
  'succeeded',
  'skipped',
  'failed',
  'blocked',
  'cancelled',
] as const;

export const runsQuery = z.strictObject({
  plan: z.string().optional(),
  state: z.enum(RUN_STATES).optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .optional(),
});

/** One execution of a plan. */
export const runSchema = z
  .object({
    id: z.string(),
    plan: z.string(),
    /** The moment that it is for; every date in it derives from this one. */
    scheduledFor: instant,
    askedBy: z.string(),
    state: z.enum(RUN_STATES),
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    /** Its end was asked for and has not come yet. */
    cancelling: z.boolean(),
    /** Steps in each state; a state without one is left out. */
    steps: z.partialRecord(z.enum(STEP_STATES), z.number()),
  })
  .openapi('Run');

/** Whether the daily numbers were there in time, morning by morning over the last 30 days, oldest first. */
export const morningsSchema = z
  .object({
    schedule: z.string(),
    /** From the tick to the end of its run. */
    withinMinutes: z.number(),
    inTime: z.number(),
    /** All but those that are open or were paused. */
    judged: z.number(),
    mornings: z.array(
      z.object({
        scheduledAt: instant,
        standing: z.enum(['in-time', 'late', 'failed', 'missed', 'open', 'paused']),
        freshAt: instant.nullable(),
        run: z.string().nullable(),
      }),
    ),
  })
  .openapi('Mornings');

/** The latest runs first. */
export const runListSchema = z
  .object({
    runs: z.array(runSchema),
    /** null where no schedule runs the daily plan. */
    mornings: morningsSchema.nullable(),
  })
  .openapi('RunList');

/** A run with its steps in the order of its plan, and what it said, oldest first. */
export const runDetailSchema = z
  .object({
    run: runSchema,
    steps: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        needs: z.array(z.string()),
        state: z.enum(STEP_STATES),
        attempt: z.number(),
        /** How often work on it began, retries by people included. */
        begun: z.number(),
        startedAt: instant.nullable(),
        endedAt: instant.nullable(),
        /** Milliseconds of work, waiting between tries left out. */
        workedMs: z.number(),
        skipReason: z.string().nullable(),
        error: z
          .object({ class: z.string(), code: z.string(), message: z.string(), hint: z.string().nullable() })
          .nullable(),
      }),
    ),
    events: z.array(
      z.object({
        id: z.number(),
        step: z.string().nullable(),
        at: instant,
        name: z.string(),
        fields: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .openapi('RunDetail');

/** What a person asks of a run; the orchestrator acts on it. */
export const runAskSchema = z.strictObject({ reason: z.string().max(500).optional() }).openapi('RunAsk');

export const askedSchema = z
  .object({ id: z.number(), kind: z.string(), run: z.string(), state: z.enum(['open', 'done', 'refused']) })
  .openapi('Asked');

/** A new serving version, or how far the forecasts are. */
export interface FeedEvent {
  readonly kind: 'version' | 'progress';
  readonly feed: string;
  readonly version: string;
  readonly computed: number;
  readonly total: number;
}

/** A run or one of its steps changed; `run` null = ask for all of them again. */
export interface RunEvent {
  readonly kind: 'run';
  readonly run: string | null;
}

/** What the server says over /events. */
export type ServerEvent = FeedEvent | RunEvent;

export type Feed = z.infer<typeof feedSchema>;
export type FeedList = z.infer<typeof feedListSchema>;
export type Meta = z.infer<typeof metaSchema>;
export type SeriesInfo = z.infer<typeof seriesInfoSchema>;
export type ForecastStatus = (typeof FORECAST_STATUSES)[number];
export type ForecastCell = z.infer<typeof forecastCellSchema>;
export type BoardRow = z.infer<typeof boardRowSchema>;
export type Board = z.infer<typeof boardSchema>;
export type Movers = z.infer<typeof moverSchema>;
export type ItemList = z.infer<typeof itemListSchema>;
export type PackedSeries = z.infer<typeof seriesSchema>;
/** The series as it is worked with: what `unpackSeries` makes of the answer. */
export type Series = DenseSeries<
  Pick<PackedSeries, 'meta' | 'info' | 'start' | 'stepDays' | 'leftOut' | 'siblings' | 'latest'>
>;
export type Forecast = z.infer<typeof forecastSchema>;
export type Explanation = z.infer<typeof explanationSchema>;
export type Problem = z.infer<typeof problemSchema>;

/** The routes, all under /api/v1. Queries are strict: an unknown or malformed parameter is a 400 that names it. */
export const feedQuery = z.strictObject({});
export const boardQuery = z.strictObject({
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
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .optional(),
});
export const itemQuery = z.strictObject({ feed: z.string().optional(), q: z.string().max(80).optional() });
export const seriesQuery = z.strictObject({
  series: z.string(),
  from: day.optional(),
  to: day.optional(),
  asOf: z.string().optional(),
});
export const moversQuery = z.strictObject({
  feed: z.string(),
  date: day.optional(),
  asOf: z.string().optional(),
  category: z.string().optional(),
  market: z.string().optional(),
  priceKind: z.enum(PRICE_KINDS).optional(),
  scope: z.enum(['headline', 'all']).optional(),
  /** Rows each way, 5 by default. */
  count: z
    .string()
    .regex(/^\d{1,3}$/)
    .optional(),
});
export const forecastQuery = z.strictObject({ series: z.string(), asOf: z.string().optional() });
export const explainQuery = z.strictObject({ series: z.string(), date: day, asOf: z.string().optional() });
export type RunState = (typeof RUN_STATES)[number];
export type StepState = (typeof STEP_STATES)[number];
export type RunSummary = z.infer<typeof runSchema>;
export type Mornings = z.infer<typeof morningsSchema>;
export type RunList = z.infer<typeof runListSchema>;
export type RunDetail = z.infer<typeof runDetailSchema>;
export type Asked = z.infer<typeof askedSchema>;
