import type { FeedProfile } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import { type DriftAlarm, openAlarms, type Records, setAlarms } from '../../records/index.ts';
import type { ForecastWork } from './forecast-work.ts';
import type { KeptBack } from './kept-back.ts';
import { standingForecasts } from './publish-artefact.ts';

/** What a run could not renew; none where it forecast everything it wanted, or nothing. */
export interface NotRenewed {
  readonly series: ReadonlyMap<string, KeptBack>;
  readonly work: ForecastWork;
  /** The version of the conditions that the run forecast from. */
  readonly conditions: string;
}

/**
 * Keeps an alarm for each series whose published forecast is an earlier one because its job failed, with the reason, and ends
 * the alarms of those that have been renewed since, whoever did it. Done again it changes nothing.
 */
export async function markNotRenewed(
  home: Home,
  records: Records,
  profile: FeedProfile,
  of: { readonly task: string; readonly run: string; readonly at: string },
  failed: NotRenewed | null,
): Promise<{ readonly raised: number; readonly ended: number }> {
  const open = (await openAlarms(records.pool, { feed: profile.id })).filter(
    ({ kind }) => kind === 'not-renewed',
  );
  if (open.length === 0 && (failed === null || failed.series.size === 0)) return { raised: 0, ended: 0 };
  const standing = await standingForecasts(home, profile);
  // an alarm holds as long as the very forecast stands that stood when it was raised
  const holding = new Map<string, DriftAlarm>(
    open
      .filter(({ series, figures }) => (standing.get(series)?.fingerprint ?? '') === figures.standing)
      .map(({ series, horizon, kind, figures }) => [series, { series, horizon, kind, figures }]),
  );
  for (const [series, { job, errorClass, reason }] of failed?.series ?? []) {
    const now = standing.get(series);
    const renewed = now?.fingerprint === failed!.work.fingerprints[series];
    if (!now || renewed || now.isNewerThan(failed!.conditions)) continue;
    const figures = { errorClass, reason, job, run: of.run, standing: now.fingerprint ?? '' };
    holding.set(series, { series, horizon: '', kind: 'not-renewed', figures });
  }
  const { task, at } = of;
  return setAlarms(records.pool, { task, feed: profile.id, kinds: ['not-renewed'], at }, [
    ...holding.values(),
  ]);
}
