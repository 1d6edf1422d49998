import { SihwangError } from '../../domain/index.ts';
import { type Intent, openIntents, type Records, readRun, settleIntent } from '../../records/index.ts';
import { cancelRun, retryRun } from '../runs/change-run.ts';

/**
 * Does what people asked for through the pages: `run.retry` and `run.cancel`. A wish that was acted on by an
 * orchestrator that died before it said so is found open again; acting on it once more changes nothing.
 */
export async function actOnIntents(records: Records): Promise<void> {
  for (const intent of await openIntents(records.pool)) {
    const refusal = await refusalOf(records, intent);
    await settleIntent(records.pool, intent.id, refusal === null ? 'done' : 'refused', refusal);
  }
}

/** Acts on one; null = done, else why not. */
async function refusalOf(records: Records, intent: Intent): Promise<string | null> {
  const { kind, subject, body, askedBy } = intent;
  try {
    switch (kind) {
      case 'run.retry': {
        const opened = await retryRun(records, subject, { askedBy });
        return opened || (await isOpen(records, subject)) ? null : 'nothing of the run has failed';
      }
      case 'run.cancel': {
        const reason = typeof body.reason === 'string' ? body.reason : `asked for by ${askedBy}`;
        const asked = await cancelRun(records, subject, reason, askedBy);
        return asked || !(await isOpen(records, subject)) ? null : 'its end was asked for before';
      }
      default:
        return `nobody knows how to do ${kind}`;
    }
  } catch (error) {
    if (error instanceof SihwangError) return error.message;
    throw error;
  }
}

async function isOpen({ pool }: Records, id: string): Promise<boolean> {
  return (await readRun(pool, id))?.endedAt === null;
}
