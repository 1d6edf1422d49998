import { EXIT, SihwangError } from '../../domain/index.ts';
import {
  appendEvent,
  type Db,
  inTransaction,
  type Records,
  readRun,
  reopenRun,
  requestCancel,
} from '../../records/index.ts';
import { reach } from '../../store/index.ts';

/** Asks for the end of a run; whoever orchestrates acts on it. False when it has ended already. @throws `RUN_UNKNOWN` */
export async function cancelRun(
  records: Records,
  id: string,
  reason: string,
  askedBy: string,
): Promise<boolean> {
  const asked = await inTransaction(records.pool, (client) => cancelRunIn(client, id, { reason, askedBy }));
  reach('cancel-asked');
  return asked;
}

/** The same within somebody's transaction. */
export async function cancelRunIn(
  db: Db,
  id: string,
  { reason, askedBy }: { readonly reason: string; readonly askedBy: string },
): Promise<boolean> {
  await mustExist(db, id);
  if (!(await requestCancel(db, id, reason))) return false;
  await appendEvent(db, { runId: id, stepId: null, name: 'run.cancel-asked', fields: { reason, askedBy } });
  return true;
}

export interface RetryOptions {
  readonly askedBy: string;
  /** Every step, not only what failed. */
  readonly all?: boolean;
}

/**
 * Has an ended run done again: what failed of it and what was kept waiting by that, or, with `all`, every step. False when
 * it goes on still, or nothing is left to do. @throws `RUN_UNKNOWN`
 */
export async function retryRun(records: Records, id: string, options: RetryOptions): Promise<boolean> {
  const opened = await inTransaction(records.pool, (client) => retryRunIn(client, id, options));
  reach('run-reopened');
  return opened;
}

/** The same within somebody's transaction. */
export async function retryRunIn(
  db: Db,
  id: string,
  { askedBy, all = false }: RetryOptions,
): Promise<boolean> {
  await mustExist(db, id);
  if (!(await reopenRun(db, id, all ? 'all' : 'failed'))) return false;
  await appendEvent(db, { runId: id, stepId: null, name: 'run.retried', fields: { askedBy, all } });
  return true;
}

async function mustExist(db: Db, id: string): Promise<void> {
  if (await readRun(db, id)) return;
  throw new SihwangError(
    'RUN_UNKNOWN',
    { ko: `없는 작업: ${id}`, en: `there is no run ${id}` },
    {
      exit: EXIT.usage,
      hint: { ko: '목록은 sihwang runs list.', en: 'sihwang runs list shows the runs.' },
    },
  );
}
