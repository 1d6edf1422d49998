import { withHooks } from './hook-steps.ts';
import type { Plan, PlanFeed, PlanStep } from './plan.ts';

/**
 * What is done every morning: bring, clean, check, publish and forecast each feed, each on its own, score the
 * forecasts whose day has come, and tell what happened.
 */
export const daily: Plan = {
  name: 'daily',
  version: 2,
  about: {
    ko: '새로 나온 것을 받아 점검하고, 시황과 예측을 공표하고, 지난 예측을 채점하고, 보고합니다',
    en: 'brings what was published, checks it, publishes conditions and forecasts, scores earlier ones, reports',
  },
  steps: ({ feeds }) => withHooks(feeds.filter(takesPart).map(stepsOf)),
};

/** A feed that was never taken in is not begun by the daily run, unless a person put its files there. */
function takesPart({ held, drop }: PlanFeed): boolean {
  return held || drop;
}

function stepsOf(feed: PlanFeed): PlanStep[] {
  const { id } = feed;
  const priced = feed.recordKind === 'trade' || feed.recordKind === 'quote';
  const brought: PlanStep[] = [
    ...(feed.askable || feed.simulated ? [step('fetch', [])] : []),
    ...(feed.drop ? [step('ingest', feed.askable || feed.simulated ? [`fetch.${id}`] : [])] : []),
  ];
  const check = step(
    'check',
    brought.slice(-1).map((before) => before.id),
  );
  if (!priced) return [...brought, check];
  const publish = step('publish-conditions', [check.id], { check: check.id });
  const snapshot = step('snapshot', [publish.id]);
  const forecast = step('forecast', [snapshot.id], { snapshot: snapshot.id });
  const shown = step('publish-forecasts', [forecast.id], { forecast: forecast.id });
  const record = step('record-forecasts', [shown.id, forecast.id], { forecast: forecast.id });
  const score = step('score-forecasts', [record.id]);
  return [...brought, check, publish, snapshot, forecast, shown, record, score];

  function step(kind: string, needs: readonly string[], params = {}): PlanStep {
    return { id: `${kind}.${id}`, kind, needs, params: { feed: id, ...params } };
  }
}
