import type { ServingReader, SqlValue } from '../../lake/index.ts';
import type { IssuedRow } from '../../records/index.ts';

/** Forecasts that are published now and rest on the same. */
export interface PublishedIssue {
  /** Canonical JSON. */
  readonly recipe: string;
  readonly snapshotSha256: string;
  readonly conditionsVersion: string;
  readonly rows: readonly IssuedRow[];
}

const DAY = (column: string) => `strftime(${column}, '%Y-%m-%d') as ${column}`;
const ENDS = ['lo50', 'hi50', 'lo80', 'hi80', 'lo95', 'hi95'] as const;

/**
 * Every forecast that readers see of a feed, with the last price known at its origin beside it, by what it rests on. What a
 * failed computation left (to be tried again) is none.
 */
export async function publishedForecasts(reader: ServingReader): Promise<PublishedIssue[]> {
  if (!reader.hasForecasts) return [];
  const { rowCount, columns } = await reader.query(`
    select f.series, f.horizon, ${DAY('origin_day')}, ${DAY('target_day')}, f.issued_at, f.status, f.reason, f.model, f.mean,
           ${ENDS.join(', ')}, p.price as naive, t.recipe, coalesce(t.snapshot, '') as snapshot, f.conditions_version
    from forecast_cell f join forecast_state t using (series) join series s using (series)
    asof left join priced p on p.series_id = s.series_id and p.day <= f.origin_day
    where f.reason is distinct from 'computation-failed'
    order by f.series, f.horizon`);
  const issues = new Map<string, PublishedIssue & { readonly rows: IssuedRow[] }>();
  const at = (name: string, row: number): SqlValue => columns[name]![row]!;
  for (let row = 0; row < rowCount; row++) {
    const of = {
      recipe: text(at('recipe', row)) ?? '{}',
      snapshotSha256: text(at('snapshot', row)) ?? '',
      conditionsVersion: text(at('conditions_version', row)) ?? '',
    };
    const key = JSON.stringify(of);
    const issue = issues.get(key) ?? { ...of, rows: [] };
    issues.set(key, issue);
    issue.rows.push({
      series: String(at('series', row)),
      horizon: String(at('horizon', row)),
      originDay: String(at('origin_day', row)),
      targetDay: text(at('target_day', row)),
      issuedAt: String(at('issued_at', row)),
      status: String(at('status', row)),
      reason: text(at('reason', row)),
      model: text(at('model', row)),
      mean: number(at('mean', row)),
      quantiles: ENDS.map((name) => number(at(name, row))),
      naive: number(at('naive', row)),
    });
  }
  return [...issues.values()];
}

function text(value: SqlValue): string | null {
  return value === null ? null : String(value);
}

function number(value: SqlValue): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
