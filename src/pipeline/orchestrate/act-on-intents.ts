import { SihwangError } from '../../domain/index.ts';
import {
  type Db,
  type Intent,
  inTransaction,
  openIntents,
  type Records,
  readRun,
  settleIntent,
} from '../../records/index.ts';
import { cancelRunIn, retryRunIn } from '../runs/change-run.ts';

/**
 * Does what people asked for through the pages: `run.retry` and `run.cancel`. Each wish is acted on and settled in one
 * transaction, so no death lies between the deed and the word.
 */
export async function actOnIntents({ pool }: Records): Promise<void> {
  for (const intent of await openIntents(pool))
    await inTransaction(pool, async (client) => {
      const refusal = await refusalOf(client, intent);
      await settleIntent(client, intent.id, refusal === null ? 'done' : 'refused', refusal);
    });
}

/** Acts on one; null = done, else why not. */
async function refusalOf(db: Db, intent: Intent): Promise<string | null> {
  const { kind, subject, body, askedBy } = intent;
  try {
    switch (kind) {
      case 'run.retry': {
        const opened = await retryRunIn(db, subject, { askedBy });
        return opened || (await isOpen(db, subject)) ? null : 'nothing of the run has failed';
      }
      case 'run.cancel': {
        const reason = typeof body.reason === 'string' ? body.reason : `asked for by ${askedBy}`;
        const asked = await cancelRunIn(db, subject, { reason, askedBy });
        return asked || !(await isOpen(db, subject)) ? null : 'its end was asked for before';
      }
      default:
        return `nobody knows how to do ${kind}`;
    }
  } catch (error) {
    if (error instanceof SihwangError) return error.message;
    throw error;
  }
}

async function isOpen(db: Db, id: string): Promise<boolean> {
  return (await readRun(db, id))?.endedAt === null;
}
