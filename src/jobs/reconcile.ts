import { sweep } from '../store/index.ts';
import { namePrefix, readJobName } from './job-name.ts';
import { cancelAll, lookAfterJobs } from './poll-jobs.ts';
import { ENDED, type Listed } from './runner.ts';
import { type JobsOn, ROWS_AT_ONCE, timeOf } from './submit-jobs.ts';

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
  const found: Listed[] = [];
  const judge = async (): Promise<void> => {
    const some = found.splice(0);
    const keyOf = ({ name }: Listed) => name.slice(0, name.lastIndexOf('-g'));
    const rows = await on.rows.read(on.home, { keys: some.map(keyOf) });
    const byKey = new Map(rows.map((row) => [row.key, row]));
    const unwanted = some.filter((listed) => {
      const row = byKey.get(keyOf(listed));
      return !(row && !ENDED.includes(row.state) && readJobName(listed.name)!.gen >= row.gen);
    });
    orphans.push(...(await endUnwanted(unwanted, on)));
  };
  const empty = (await on.rows.read(on.home, { limit: 1 })).length === 0;
  for await (const listed of on.runner.list(namePrefix(on.home))) {
    if (!readJobName(listed.name) || listed.home !== on.home) {
      foreign.push(listed.name);
      continue;
    }
    if (empty) {
      unadopted.push(listed.name);
      continue;
    }
    found.push(listed);
    if (found.length === ROWS_AT_ONCE) await judge();
  }
  await judge();
  await sweep(on.store, new Date(+timeOf(on) - UNFINISHED_MS));
  if (!empty) await endUploads(on);
  await lookAfterJobs(on);
  return { orphans, foreign, unadopted };
}

/**
 * Ends the uploads that began before this controller did, however young: whoever sent something from here has ended with
 * the controller before. Those of jobs that go on are left to their workers.
 */
async function endUploads(on: JobsOn): Promise<void> {
  const open = await on.rows.read(on.home, { open: true });
  const results = open.map(({ spec }) => spec.placement.result);
  await sweep(
    on.store,
    on.lease.takenAt,
    ({ key }) => key !== null && !results.some((result) => key.startsWith(result)),
  );
}

/** Gives the names of those that were still at work. */
async function endUnwanted(unwanted: readonly Listed[], on: JobsOn): Promise<readonly string[]> {
  const atWork = unwanted.filter(({ state }) => !ENDED.includes(state));
  for (const listed of unwanted) if (ENDED.includes(listed.state)) await on.runner.release(listed);
  const foundAt = timeOf(on);
  for (const { name, providerId } of atWork)
    await on.rows.noteOrphan(on.lease, { name, providerId, foundAt });
  if (atWork.length > 0) await cancelAll(atWork, 'no run wants it any more', on.runner);
  return atWork.map(({ name }) => name);
}
