import { namePrefix, readJobName } from './job-name.ts';
import { pass } from './poll-jobs.ts';
import { ENDED, type Listed } from './runner.ts';
import { type JobsOn, timeOf } from './submit-jobs.ts';

export interface Reconciled {
  /** Jobs that were found running without need and were asked to end. */
  readonly orphans: readonly string[];
  /** Jobs with this home's short name that say they are another home's, or nobody's: left alone. */
  readonly foreign: readonly string[];
  /** Jobs of this home found although its rows are empty: left alone, for the rows may be the wrong ones. */
  readonly unadopted: readonly string[];
}

const UNFINISHED_MS = 24 * 3_600_000;

/**
 * Brings rows and runner together after whatever happened to an earlier controller: started jobs are taken on, lost
 * ones tried again, and jobs of this home that no row wants are ended. Only jobs whose name and whole id are this home's
 * are touched.
 * @throws SihwangError `LEASE_LOST` (75)
 */
export async function reconcile(on: JobsOn): Promise<Reconciled> {
  const orphans: string[] = [];
  const foreign: string[] = [];
  const unadopted: string[] = [];
  const empty = (await on.rows.read(on.home, { limit: 1 })).length === 0;
  for await (const listed of on.runner.list(namePrefix(on.home))) {
    const parts = readJobName(listed.name);
    if (!parts || listed.home !== on.home) {
      foreign.push(listed.name);
      continue;
    }
    if (empty) {
      unadopted.push(listed.name);
      continue;
    }
    const key = listed.name.slice(0, listed.name.lastIndexOf('-g'));
    const [row] = await on.rows.read(on.home, { keys: [key] });
    const wanted = row && !ENDED.includes(row.state) && parts.gen >= row.gen;
    if (!wanted && (await endUnwanted(listed, on))) orphans.push(listed.name);
  }
  await on.store.sweep(new Date(+timeOf(on) - UNFINISHED_MS));
  await pass(on);
  return { orphans, foreign, unadopted };
}

/** true when it was still at work. */
async function endUnwanted(listed: Listed, { runner, rows, lease, ...on }: JobsOn): Promise<boolean> {
  if (ENDED.includes(listed.state)) {
    await runner.release(listed);
    return false;
  }
  const foundAt = timeOf({ runner, rows, lease, ...on });
  await rows.noteOrphan(lease, { name: listed.name, providerId: listed.providerId, foundAt });
  await runner.cancel(listed, 'no run wants it any more');
  return true;
}
