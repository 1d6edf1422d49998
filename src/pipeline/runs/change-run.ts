import { EXIT, SihwangError } from '../../domain/index.ts';
import {
  appendEvent,
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
  await mustExist(records, id);
  const asked = await inTransaction(records.pool, async (client) => {
    if (!(await requestCancel(client, id, reason))) return false;
    await appendEvent(client, {
      runId: id,
      stepId: null,
      name: 'run.cancel-asked',
      fields: { reason, askedBy },
    });
    return true;
  });
  reach('cancel-asked');
  return asked;
}

/**
 * Has an ended run done again: what failed of it and what was kept waiting by that, or, with `all`, every step. False when
 * it goes on still, or nothing is left to do. @throws `RUN_UNKNOWN`
 */
export async function retryRun(
  records: Records,
  id: string,
  { askedBy, all = false }: { readonly askedBy: string; readonly all?: boolean },
): Promise<boolean> {
  await mustExist(records, id);
  const opened = await inTransaction(records.pool, async (client) => {
    if (!(await reopenRun(client, id, all ? 'all' : 'failed'))) return false;
    await appendEvent(client, { runId: id, stepId: null, name: 'run.retried', fields: { askedBy, all } });
    return true;
  });
  reach('run-reopened');
  return opened;
}

async function mustExist(records: Records, id: string): Promise<void> {
  if (await readRun(records.pool, id)) return;
  throw new SihwangError('RUN_UNKNOWN', `there is no run ${id}`, {
    exit: EXIT.usage,
    hint: 'sihwang runs list shows the runs.',
  });
}
