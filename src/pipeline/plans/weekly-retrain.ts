import { withHooks } from './hook-steps.ts';
import type { Plan, PlanFeed, PlanStep } from './plan.ts';

/**
 * What is done once a week: champion and challengers judged on the same past, the better one forecasts everything anew, and
 * what came of it told.
 */
export const weeklyRetrain: Plan = {
  name: 'weekly-retrain',
  version: 2,
  about: {
    ko: '챔피언과 도전자를 견주어 증거가 있으면 바꾸고, 모든 계열을 새로 예측하고, 보고합니다',
    en: 'judges champion and challengers, promotes on evidence, forecasts every series anew, reports',
  },
  steps: ({ feeds }) => withHooks(feeds.filter(hasPrices).map(stepsOf)),
};

function hasPrices({ held, recordKind }: PlanFeed): boolean {
  return held && (recordKind === 'trade' || recordKind === 'quote');
}

function stepsOf({ id }: PlanFeed): PlanStep[] {
  const snapshot = step('snapshot', []);
  const evaluate = step('evaluate', [snapshot.id], { snapshot: snapshot.id });
  const promote = step('promote', [evaluate.id], { evaluate: evaluate.id });
  const forecast = step('forecast', [promote.id, snapshot.id], { snapshot: snapshot.id, only: 'all' });
  const shown = step('publish-forecasts', [forecast.id], { forecast: forecast.id });
  const record = step('record-forecasts', [shown.id, forecast.id], { forecast: forecast.id });
  return [snapshot, evaluate, promote, forecast, shown, record];

  function step(kind: string, needs: readonly string[], params = {}): PlanStep {
    return { id: `${kind}.${id}`, kind, needs, params: { feed: id, ...params } };
  }
}
