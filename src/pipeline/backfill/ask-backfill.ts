import { EXIT, SihwangError } from '../../domain/index.ts';
import {
  appendAudit,
  askBackfillCancel,
  type BackfillTerms,
  insertBackfill,
  inTransaction,
  type NewPartition,
  openBackfills,
  type Records,
  readBackfill,
} from '../../records/index.ts';
import { reach } from '../../store/index.ts';

/**
 * Writes a backfill down for the orchestrator. While one of the same plan and range is going, asking again is asking for
 * that one. Gives its id.
 */
export async function askBackfill(
  records: Records,
  terms: BackfillTerms,
  partitions: readonly NewPartition[],
  by: string,
): Promise<{ readonly id: number; readonly already: boolean }> {
  const asked = await inTransaction(records.pool, async (client) => {
    await client.query('lock table sihwang.backfills in share row exclusive mode');
    const same = (await openBackfills(client)).find(
      (one) =>
        one.state === 'going' &&
        one.plan === terms.plan &&
        one.fromDay === terms.fromDay &&
        one.toDay === terms.toDay &&
        one.stale === terms.stale,
    );
    if (same) return { id: same.id, already: true };
    const id = await insertBackfill(client, terms, partitions, by);
    const detail = { ...terms, partitions: partitions.length };
    await appendAudit(client, { actor: by, action: 'backfill.ask', subject: `backfill ${id}`, detail });
    return { id, already: false };
  });
  reach('backfill-asked');
  return asked;
}

/**
 * Asks for the end of a backfill: what waits is not begun, what goes on is cancelled. False when it is over already.
 * @throws SihwangError `BACKFILL_UNKNOWN`
 */
export async function cancelBackfill(records: Records, id: number, by: string): Promise<boolean> {
  const asked = await inTransaction(records.pool, async (client) => {
    if (!(await readBackfill(client, id))) throw unknownBackfill(id);
    if (!(await askBackfillCancel(client, id))) return false;
    await appendAudit(client, {
      actor: by,
      action: 'backfill.cancel',
      subject: `backfill ${id}`,
      detail: {},
    });
    return true;
  });
  reach('backfill-cancel-asked');
  return asked;
}

export function unknownBackfill(id: number): SihwangError {
  return new SihwangError(
    'BACKFILL_UNKNOWN',
    { ko: `없는 메우기: ${id}`, en: `there is no backfill ${id}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: '있는 것은 sihwang backfill list.',
        en: 'sihwang backfill list shows those that there are.',
      },
    },
  );
}
