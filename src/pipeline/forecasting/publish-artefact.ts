import type { FeedProfile } from '../../domain/index.ts';
import { canonicalJson, type Tables } from '../../domain/index.ts';
import type { LockOptions } from '../../lake/index.ts';
import {
  type Home,
  openServingLibrary,
  publishForecasts,
  type ServingReader,
  withWriterLock,
} from '../../lake/index.ts';
import { type Issue, servedTables } from '../forecast-tables.ts';
import type { ForecastWork } from './forecast-work.ts';

/** What came of publishing; the four add up to the series of the artefact. */
export interface PublishedForecasts {
  readonly published: number;
  /** The very same are published already. */
  readonly current: number;
  /** Forecasts of newer conditions, or from a later day, have been published meanwhile. */
  readonly superseded: number;
  /** The feed does not have the series any more. */
  readonly gone: number;
  /** Serving version that holds them; null when nothing was published. */
  readonly version: number | null;
}

/** Forecasts that jobs have made, with what they rest on. */
export interface ForecastArtefact {
  readonly tables: Tables;
  readonly sha256: string;
  readonly work: ForecastWork;
  /** The version of the conditions that the snapshot was drawn from. */
  readonly conditions: string;
}

/**
 * Publishes forecasts beside the feed's others, once: what is there already is not published again, and a forecast of
 * newer conditions or from a later day is never replaced by one of older ones. The home is locked from the look to the publication.
 */
export async function publishArtefact(
  home: Home,
  profile: FeedProfile,
  artefact: ForecastArtefact,
  lock: LockOptions & { readonly waitMs: number },
  effects: { readonly now: () => Date } = { now: () => new Date() },
): Promise<PublishedForecasts> {
  const { tables, work } = artefact;
  const failed = new Set(Array.from(tables.forecast_failure!.series!.values, String));
  const made = originDays(tables);
  return withWriterLock(home, lock, async () => {
    const standing = await standingForecasts(home, profile);
    const counts = { current: 0, superseded: 0, gone: 0 };
    const issuedAt = effects.now().toISOString();
    const issues = [...made].flatMap(([series, originDay]): Issue[] => {
      const issue: Issue = {
        series,
        // what failed is tried again at the next occasion
        fingerprint: failed.has(series) ? '' : work.fingerprints[series]!,
        issuedAt,
        conditionsVersion: artefact.conditions,
        recipe: canonicalJson(work.recipe),
        snapshot: work.snapshot,
        artefact: artefact.sha256,
      };
      const now = standing.get(series);
      if (!now) counts.gone++;
      else if (now.isNewerThan(artefact.conditions) || now.originDay > originDay) counts.superseded++;
      else if (
        now.fingerprint === issue.fingerprint &&
        (!failed.has(series) || now.artefact === artefact.sha256)
      )
        counts.current++;
      else return [issue];
      return [];
    });
    if (issues.length === 0) return { published: 0, ...counts, version: null };
    const { version } = await publishForecasts(
      home,
      profile.id,
      servedTables(tables, issues),
      issues.map(({ series }) => series),
    );
    return { published: issues.length, ...counts, version };
  });
}

/** The day from which each series is forecast. */
function originDays({ forecast_cell }: Tables): ReadonlyMap<string, number> {
  const days = forecast_cell!.origin_day!.values;
  return new Map(
    Array.from(forecast_cell!.series!.values, (series, row) => [String(series), Number(days[row])]),
  );
}

interface Standing {
  readonly fingerprint: string | null;
  readonly artefact: string | null;
  /** Whether the published forecast rests on a later version of the conditions than this one; false when none is published. */
  readonly isNewerThan: (conditions: string) => boolean;
  /** Day from which the published forecast was made; 0 = none is published. */
  readonly originDay: number;
}

/** What is published now of each series that the feed has. */
export async function standingForecasts(
  home: Home,
  profile: FeedProfile,
): Promise<ReadonlyMap<string, Standing>> {
  const library = await openServingLibrary(home, [profile]);
  try {
    return await library.read(profile.id, async (reader) => {
      const { columns } = await reader.query(standingSql(reader));
      return new Map(
        (columns.series ?? []).map((series, row) => [
          String(series),
          {
            fingerprint: textOrNull(columns.fingerprint![row]),
            artefact: textOrNull(columns.artefact![row]),
            isNewerThan: (conditions: string) =>
              numberOf(String(columns.conditions_version![row] ?? '')) > numberOf(conditions),
            originDay: Number(columns.origin_day![row] ?? 0),
          },
        ]),
      );
    });
  } finally {
    await library.close();
  }
}

function standingSql({ hasForecasts }: ServingReader): string {
  if (!hasForecasts)
    return 'select series, null as fingerprint, null as artefact, null as conditions_version, 0 as origin_day from series';
  return `
    select s.series, f.fingerprint, f.artefact, c.conditions_version, c.origin_day
    from series s left join forecast_state f using (series)
    left join (
      select series, any_value(conditions_version) as conditions_version,
             cast(max(origin_day) - date '1970-01-01' as integer) as origin_day
      from forecast_cell group by series) c
      using (series)`;
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** 12 of `demo-12`; 0 where there is none. */
function numberOf(conditions: string): number {
  return Number(/-(\d+)$/.exec(conditions)?.[1] ?? 0);
}
