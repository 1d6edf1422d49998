import type { JsonObject } from '../domain/index.ts';
import type { Db } from './db.ts';

/** Who did what to which thing. */
export interface AuditEntry {
  readonly actor: string;
  /** A word of the thing and one of the deed: `schedule.pause`. */
  readonly action: string;
  readonly subject: string;
  readonly detail: JsonObject;
}

/** Writes down what somebody did; in the transaction that does it. */
export async function appendAudit(db: Db, { actor, action, subject, detail }: AuditEntry): Promise<void> {
  await db.query('insert into sihwang.audit (actor, action, subject, detail) values ($1, $2, $3, $4)', [
    actor,
    action,
    subject,
    JSON.stringify(detail),
  ]);
}
