import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { EXIT, SihwangError } from '../../domain/index.ts';
import type { AwsSettings } from '../aws-settings.ts';
import type { Rate, Rates } from '../job.ts';
import listed from './prices.json' with { type: 'json' };

const usd = z.number().positive();

const TABLE = z.strictObject({
  /** The day that the prices are of. */
  asOf: z.iso.date(),
  about: z.string().optional(),
  regions: z.record(
    z.string(),
    z.strictObject({
      container: z
        .strictObject({
          perVcpuHour: usd,
          perGibHour: usd,
          perGpuHour: usd.optional(),
          /** Of a machine that may be taken away, as a share of the price on demand. */
          spotShare: z.number().positive().max(1).optional(),
        })
        .optional(),
      /** USD an hour of a SageMaker instance. */
      instances: z.record(z.string(), usd).optional(),
    }),
  ),
});

/** Prices of one day. An estimate rests on them, never a bill. */
export type PriceTable = z.infer<typeof TABLE>;

/**
 * The table of this version, or the home's own where its settings name one.
 * @throws SihwangError `PRICES_UNREADABLE` (78)
 */
export function readPrices({ prices }: AwsSettings, homePath: string): PriceTable {
  if (prices === undefined) return TABLE.parse(listed);
  const path = isAbsolute(prices) ? prices : join(homePath, prices);
  try {
    return TABLE.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const why =
      cause instanceof z.ZodError
        ? cause.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; ')
        : (cause as Error).message;
    throw new SihwangError(
      'PRICES_UNREADABLE',
      {
        ko: `가격표를 쓸 수 없습니다: ${path}: ${why}`,
        en: `the price table ${path} cannot be used: ${why}`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: 'src/jobs/cost/prices.json과 같은 꼴로, 언제의 가격인지까지 쓰세요.',
          en: 'Write it as src/jobs/cost/prices.json is written, with the day that its prices are of.',
        },
        cause,
      },
    );
  }
}

/** What is priced: a share of a machine by what a job gets, or whole instances, of which a job may get any. */
export type Priced = { readonly gpu: number } | { readonly instanceTypes: readonly string[] };

/** The rates of a region; null where the table has none: such a price is unknown, not nothing. */
export function ratesOf(table: PriceTable, region: string, what: Priced): Rates | null {
  const prices = table.regions[region];
  if ('instanceTypes' in what) {
    const all = what.instanceTypes.map((type) => prices?.instances?.[type]);
    // the dearest, for a job that needs more memory goes to a larger one
    const perHour = Math.max(...all.map((one) => one ?? Number.NaN));
    if (all.length === 0 || Number.isNaN(perHour)) return null;
    return { table: table.asOf, onDemand: { perHour, perVcpuHour: 0, perGibHour: 0 }, spot: null };
  }
  const container = prices?.container;
  if (!container || (what.gpu > 0 && container.perGpuHour === undefined)) return null;
  const { perVcpuHour, perGibHour, spotShare } = container;
  const onDemand: Rate = { perHour: what.gpu * (container.perGpuHour ?? 0), perVcpuHour, perGibHour };
  return {
    table: table.asOf,
    onDemand,
    spot:
      spotShare === undefined
        ? null
        : {
            perHour: onDemand.perHour * spotShare,
            perVcpuHour: perVcpuHour * spotShare,
            perGibHour: perGibHour * spotShare,
          },
  };
}
