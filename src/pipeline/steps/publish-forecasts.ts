import type { Json } from '../../domain/index.ts';
import { homeStoreUri, openStore } from '../../store/index.ts';
import { decodeTables } from '../../tasks/index.ts';
import { workUnder } from '../forecasting/forecast-work.ts';
import { keptBackSeries } from '../forecasting/kept-back.ts';
import { markNotRenewed } from '../forecasting/not-renewed.ts';
import { publishArtefact } from '../forecasting/publish-artefact.ts';
import { feedIn, feedParamProblems, lockForStep } from './feed-step.ts';
import type { ForecastOutput } from './forecast.ts';
import { type ChildKind, Skipped, type StepContext } from './step.ts';

const TASK = 'price-forecast';

/**
 * Publishes what a `forecast` step has made. Parameters: `feed`; `forecast`, the id of that step. A second time changes
 * nothing. Series whose job failed keep their previous forecast, and an alarm says so until they are renewed.
 */
export const publishForecastsStep: ChildKind = {
  kind: 'publish-forecasts',
  does: {
    ko: '새 예측을 아직 유효한 예측 곁에 공표합니다',
    en: 'publishes the forecasts that were made, beside those that are still good',
  },
  runs: 'child',
  writesLake: true,
  check(params) {
    const problems = feedParamProblems(params, ['forecast']);
    if (typeof params.forecast !== 'string') problems.push('its parameter forecast is not the id of a step');
    return problems;
  },
  async perform(context: StepContext): Promise<Json | Skipped> {
    const made = context.inputOf(String(context.params.forecast)) as (ForecastOutput & Json) | undefined;
    const { profile } = feedIn(context);
    const mark = (failed: Parameters<typeof markNotRenewed>[4]) =>
      markNotRenewed(
        context.home,
        context.records,
        profile,
        { task: TASK, run: context.run, at: context.scheduledFor.toISOString() },
        failed,
      );
    if (!made) {
      await mark(null);
      return new Skipped('nothing-forecast');
    }
    const store = await openStore(homeStoreUri(context.home.path));
    const { key, sha256 } = made.artefact;
    const [bytes, work] = [await store.get(key, { sha256 }), await workUnder(store, made.work)];
    if (!bytes || !work) throw new RangeError(`the forecasts ${key} of this run are not in the store`);
    const published = await publishArtefact(
      context.home,
      profile,
      { tables: decodeTables(bytes), sha256, work, conditions: made.conditions },
      lockForStep(context),
    );
    const series = await keptBackSeries(store, made.kept);
    const alarms = await mark({ series, work, conditions: made.conditions });
    return { feed: profile.id, ...published, notRenewed: series.size, alarms: { ...alarms } };
  },
};
