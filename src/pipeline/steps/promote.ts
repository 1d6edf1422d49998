import type { Json } from '../../domain/index.ts';
import { liveCells, setAlarms } from '../../records/index.ts';
import { publishedThrough } from '../ledger/truths.ts';
import { driftingCells } from '../promotion/cell-drift.ts';
import { watchChampion } from '../promotion/watch-champion.ts';
import { type Deciding, weighChallengers } from '../promotion/weigh-challengers.ts';
import { feedIn, feedParamProblems } from './feed-step.ts';
import { type ChildKind, Skipped, type StepContext } from './step.ts';

/**
 * The gate before production: rolls the champion back when its issued forecasts left what was promised, else weighs the
 * challengers; then looks at the live figures of every cell. Parameters: `feed`; `evaluate`, the id of the step that judged;
 * `task`, by default price-forecast.
 */
export const promoteStep: ChildKind = {
  kind: 'promote',
  does: {
    ko: '증거가 있으면 도전자를 올리고, 약속을 어긴 챔피언은 되돌리며, 이탈 경보를 관리합니다',
    en: 'promotes a challenger on evidence, rolls a champion back that broke its promise, keeps drift alarms',
  },
  runs: 'child',
  writesLake: false,
  check: (params) => feedParamProblems(params, ['evaluate', 'task']),
  async perform(context: StepContext): Promise<Json | Skipped> {
    const { profile } = feedIn(context);
    const through = await publishedThrough(context.home, profile);
    if (through === null) return new Skipped('not-published');
    const at = context.scheduledFor.toISOString();
    const task = typeof context.params.task === 'string' ? context.params.task : 'price-forecast';
    const of: Deciding = { task, feed: profile.id, key: context.key, at };
    const watched = await watchChampion(context.records, { ...of, through });
    if (!watched) return new Skipped('no-champion');
    // scores that were gathered against the champion that fell say nothing about the one that came back
    const decisions = watched.rolledBack ? [watched.rolledBack] : await weighChallengers(context.records, of);
    const { pool } = context.records;
    const cells = await liveCells(pool, { task, feed: profile.id, through });
    const alarms = await setAlarms(pool, { ...of, kinds: ['coverage', 'skill'] }, driftingCells(cells));
    for (const { kind, subject, reason, championAfter } of decisions)
      context.event('promote.decided', { decision: kind, subject, reason, champion: championAfter });
    return {
      feed: profile.id,
      champion: decisions.at(-1)?.championAfter ?? watched.champion,
      decisions: decisions.map(({ kind, subject, reason }) => ({ kind, subject, reason })),
      cells: cells.length,
      alarms: { ...alarms },
    };
  },
};
