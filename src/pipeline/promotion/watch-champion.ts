import type { Json } from '../../domain/index.ts';
import { excess, type LiveWatch, type WatchedHorizon, watchLive } from '../../evaluate/index.ts';
import {
  championOf,
  decide,
  decisionNamed,
  type EvaluationScore,
  evaluationOf,
  type LiveWeek,
  liveWeeks,
  type Records,
  reigns,
  setAlarms,
  type TakenDecision,
} from '../../records/index.ts';
import type { Deciding } from './weigh-challengers.ts';

export interface WatchedChampion {
  readonly champion: string;
  readonly watch: LiveWatch;
  /** The rollback, if there was one; null too when an alarm finds no earlier version to go back to. */
  readonly rolledBack: TakenDecision | null;
}

/**
 * Holds what the champion's issued forecasts came to against what its backtest promised when it began to reign. Outside of
 * it, the champion before it comes back by itself, and an alarm is kept. null = nobody reigns.
 */
export async function watchChampion(
  records: Records,
  of: Deciding & { readonly through: string },
): Promise<WatchedChampion | null> {
  const { task, feed } = of;
  // begun again behind its decision, the step would watch the champion that came back, and find all well
  const taken = await decisionNamed(records.pool, `${of.key} watch`);
  if (taken) {
    const { champion: fallen, ...watch } = taken.evidence as unknown as LiveWatch & { champion: string };
    return { champion: fallen, watch, rolledBack: taken };
  }
  const champion = await championOf(records.pool, task, feed);
  if (!champion) return null;
  const since = champion.since.slice(0, 10);
  const { versionId } = champion;
  const kept = await evaluationOf(records.pool, { task, feed, versionId, pairedWith: '' });
  const promised = kept.filter(({ originDay }) => originDay < since);
  const live = await liveWeeks(records.pool, {
    task,
    feed,
    modelVersion: versionId,
    since,
    through: of.through,
  });
  const usual = usualErrors(promised);
  const watch = watchLive(promisedLines(promised, usual), liveLines(live, usual));
  await setAlarms(
    records.pool,
    { task, feed, kinds: ['promise'], at: of.at },
    watch.streams
      .filter(({ alarmWeek }) => alarmWeek !== null)
      .filter((stream, i, all) => all.findIndex(({ horizon }) => horizon === stream.horizon) === i)
      .map(({ horizon, ...figures }) => ({
        series: '',
        horizon,
        kind: 'promise' as const,
        figures: plain(figures) as never,
      })),
  );
  const before = watch.alarm ? await championBefore(records, of, versionId) : null;
  const rolledBack = before
    ? await decide(records.pool, {
        task,
        feed,
        key: `${of.key} watch`,
        kind: 'rollback',
        subject: before,
        at: of.at,
        actor: 'watch over live scores',
        reason: 'live-scores-outside-promise',
        evidence: plain({ champion: versionId, ...watch }),
      })
    : null;
  return { champion: versionId, watch, rolledBack };
}

async function championBefore(
  records: Records,
  { task, feed }: Deciding,
  now: string,
): Promise<string | null> {
  const former = (await reigns(records.pool, { task, feed })).filter(({ versionId }) => versionId !== now);
  return former.at(-1)?.versionId ?? null;
}

/** The last price's mean loss by horizon: what makes a week's error large or small. */
function usualErrors(promised: readonly EvaluationScore[]): ReadonlyMap<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { horizon, naiveLoss } of promised) {
    const { sum, count } = sums.get(horizon) ?? { sum: 0, count: 0 };
    sums.set(horizon, { sum: sum + naiveLoss, count: count + 1 });
  }
  return new Map([...sums].map(([horizon, { sum, count }]) => [horizon, sum / count]));
}

function promisedLines(
  scores: readonly EvaluationScore[],
  usual: ReadonlyMap<string, number>,
): WatchedHorizon[] {
  return [...usual.keys()].map((horizon) => {
    const own = scores.filter((score) => score.horizon === horizon);
    return {
      horizon,
      excess: own.map(({ loss, naiveLoss }) => excess(loss, naiveLoss, usual.get(horizon)!)),
      missed: own.map(({ inside80 }) => 1 - inside80),
    };
  });
}

function liveLines(weeks: readonly LiveWeek[], usual: ReadonlyMap<string, number>): WatchedHorizon[] {
  return [...usual.keys()].map((horizon) => {
    const own = weeks.filter((week) => week.horizon === horizon);
    return {
      horizon,
      excess: own.map(({ error, naiveError }) => excess(error, naiveError, usual.get(horizon)!)),
      missed: own.map(({ missed80 }) => missed80),
    };
  });
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
