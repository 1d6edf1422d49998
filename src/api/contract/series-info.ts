import { z } from '@hono/zod-openapi';
import { bilingual, named } from './terms.ts';

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

export type SeriesInfo = z.infer<typeof seriesInfoSchema>;
