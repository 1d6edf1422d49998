import { z } from '@hono/zod-openapi';
import { seriesInfoSchema } from './series-info.ts';
import { bilingual, day, instant, metaSchema } from './terms.ts';

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

export const forecastQuery = z.strictObject({ series: z.string(), asOf: z.string().optional() });

export type ForecastStatus = (typeof FORECAST_STATUSES)[number];

export type ForecastCell = z.infer<typeof forecastCellSchema>;

export type Forecast = z.infer<typeof forecastSchema>;
