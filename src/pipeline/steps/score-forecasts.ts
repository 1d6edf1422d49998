import { addDays, type Json, localDate } from '../../domain/index.ts';
import { openServingLibrary, type ServingReader } from '../../lake/index.ts';
import { ledgerReach, scoreForecasts, type Truth } from '../../records/index.ts';
import { lastMarketDay, readTruths } from '../ledger/truths.ts';
import { feedIn, feedParamProblems } from './feed-step.ts';
import { type ChildKind, Skipped, type StepContext } from './step.ts';

/** Days before the last scoring that are compared again, whatever their versions say: what rules left out may come back. */
const LOOK_BACK_DAYS = 21;

/**
 * Scores the forecasts whose day has come, and again those whose truth was corrected. Parameters: `feed`; `task`, by default
 * price-forecast.
 */
export const scoreForecastsStep: ChildKind = {
  kind: 'score-forecasts',
  does: {
    ko: '대상일이 온 예측을 실제 가격으로 채점합니다',
    en: 'scores the forecasts whose day has come with the prices that came true',
  },
  runs: 'child',
  writesLake: false,
  check: (params) => feedParamProblems(params, ['task']),
  async perform(context: StepContext): Promise<Json | Skipped> {
    const { profile } = feedIn(context);
    const task = typeof context.params.task === 'string' ? context.params.task : 'price-forecast';
    const reach = await ledgerReach(context.records.pool, task, profile.id);
    if (reach === null) return new Skipped('nothing-kept');
    const library = await openServingLibrary(context.home, [profile]);
    try {
      if (!library.feeds().includes(profile.id)) return new Skipped('not-published');
      const { through, truths } = await library.read(profile.id, async (reader) => ({
        through: await lastMarketDay(reader),
        truths: await truthsSince(reader, reach),
      }));
      if (through === null) return new Skipped('no-market-day');
      const counts = await scoreForecasts(context.records.pool, {
        task,
        feed: profile.id,
        granularity: profile.granularity,
        through,
        truths,
      });
      return { feed: profile.id, through, ...counts };
    } finally {
      await library.close();
    }
  },
};

/** From the first origin on when nothing was scored yet, else from some weeks before the last scoring. */
function truthsSince(
  reader: ServingReader,
  reach: NonNullable<Awaited<ReturnType<typeof ledgerReach>>>,
): Promise<Truth[]> {
  const { firstOriginDay, scoredThrough, scoredAt } = reach;
  return scoredThrough === null || scoredAt === null
    ? readTruths(reader, firstOriginDay, '9999-12-31T00:00:00.000')
    : readTruths(reader, addDays(localDate(scoredThrough), -LOOK_BACK_DAYS), scoredAt);
}
