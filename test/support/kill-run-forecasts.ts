import type pg from 'pg';
import { type Home, openServingLibrary } from '../../src/lake/index.ts';
import { findResults } from '../../src/pipeline/forecasting/reissue.ts';
import type { ForecastOutput } from '../../src/pipeline/steps/forecast.ts';
import { readSteps } from '../../src/records/index.ts';
import { demoFeed } from '../../src/sources/index.ts';
import { homeStoreUri, openStore } from '../../src/store/index.ts';
import { runCli } from './cli.ts';

/**
 * What is wrong with the forecasts that a run of the demo market has made: each of its jobs has one result, readers see what
 * these have made, every series once, and the ledger keeps it once. An empty list when nothing is.
 */
export async function forecastFaults(home: Home, pool: pg.Pool, run: string): Promise<string[]> {
  const steps = await readSteps(pool, run);
  const step = steps.find(({ kind }) => kind === 'forecast');
  const made = step?.output as unknown as ForecastOutput | null;
  if (!made) return [`nothing was forecast: ${step?.skipReason ?? step?.state}`];
  const store = await openStore(homeStoreUri(home.path));
  const results = await findResults(store, { run });
  const seen = await published(home, made);
  const { rows } = await pool.query<{ kept: number }>(
    `select count(*)::int as kept from sihwang.forecast_ledger join sihwang.forecast_issues issue on issue.id = issue_id
     where issue.snapshot_sha256 = $1`,
    [made.snapshot],
  );
  const wanted: readonly (readonly [what: string, found: unknown, wanted: unknown])[] = [
    ['series whose computation failed', made.failed, 0],
    ['results of jobs', new Set(results.map(({ jobSha256 }) => jobSha256)).size, made.jobs],
    ['forecasts made and published', seen.made, made.series],
    ['series', seen.states, seen.series],
    ['series with a forecast', seen.distinct_states, seen.series],
    ['cells that stand twice', seen.doubled, 0],
    ['forecasts with a price', Number(seen.priced) > 0, true],
    ['forecasts kept in the ledger', rows[0]!.kept, seen.cells],
  ];
  return wanted.flatMap(([what, found, want]) => (found === want ? [] : [`${what}: ${found}, not ${want}`]));
}

/** Has every result of a run computed again, by the code that made them; gives what was wrong, or null. */
export async function issueAgain(home: Home, run: string): Promise<string | null> {
  const { code, stderr } = await runCli(['forecasts', 'reissue', '--run', run, '--home', home.path]);
  return code === 0 ? null : stderr;
}

async function published(
  home: Home,
  { snapshot, artefact }: ForecastOutput,
): Promise<Record<string, number>> {
  const library = await openServingLibrary(home, [demoFeed.profile]);
  try {
    return await library.read(demoFeed.profile.id, async (reader) => {
      const ours = `(select series from forecast_state where snapshot = '${snapshot}' and artefact = '${artefact.sha256}')`;
      const { columns } = await reader.query(`
        select (select count(*)::int from series) as series,
               (select count(*)::int from forecast_state) as states,
               (select count(distinct series)::int from forecast_state) as distinct_states,
               (select count(*)::int from ${ours}) as made,
               (select count(*)::int from forecast_cell where series in ${ours}) as cells,
               (select count(*)::int from forecast_cell where series in ${ours} and mean is not null) as priced,
               (select count(*)::int from (select series, horizon from forecast_cell group by all having count(*) > 1)) as doubled`);
      return Object.fromEntries(Object.entries(columns).map(([name, [value]]) => [name, Number(value)]));
    });
  } finally {
    await library.close();
  }
}
