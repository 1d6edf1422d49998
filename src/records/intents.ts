import type { Json, JsonObject } from '../domain/index.ts';
import type { Db } from './db.ts';

/** What a person asked for through the API; whoever orchestrates acts on it. */
export interface Intent {
  readonly id: number;
  /** Asking twice with one key is asking once. */
  readonly key: string;
  /** What is wanted, such as `run.retry`. */
  readonly kind: string;
  /** Of what: a run's id. */
  readonly subject: string;
  readonly body: JsonObject;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly state: 'open' | 'done' | 'refused';
  readonly outcome: Json | null;
}

const COLUMNS = `id::int as id, key, kind, subject, body, asked_by as "askedBy", asked_at as "askedAt", state, outcome`;

/** Writes an intent down, or gives the one of the same key; tells listeners of channel `sihwang_intents` of a new one. */
export async function askFor(
  db: Db,
  intent: Pick<Intent, 'key' | 'kind' | 'subject' | 'body' | 'askedBy'>,
): Promise<Intent> {
  const { key, kind, subject, body, askedBy } = intent;
  await db.query(
    `with asked as (
       insert into sihwang.intents (key, kind, subject, body, asked_by) values ($1, $2, $3, $4, $5)
       on conflict (key) do nothing returning id
     )
     select pg_notify('sihwang_intents', id::text) from asked`,
    [key, kind, subject, JSON.stringify(body), askedBy],
  );
  const { rows } = await db.query<Intent>(`select ${COLUMNS} from sihwang.intents where key = $1`, [key]);
  return rows[0]!;
}

/** Those that nobody acted on yet, oldest first. */
export async function openIntents(db: Db): Promise<readonly Intent[]> {
  const { rows } = await db.query<Intent>(
    `select ${COLUMNS} from sihwang.intents where state = 'open' order by id`,
  );
  return rows;
}

/** Says what became of an intent; one that is settled stays so. */
export async function settleIntent(
  db: Db,
  id: number,
  state: 'done' | 'refused',
  outcome: Json = null,
): Promise<void> {
  await db.query(
    `update sihwang.intents set state = $2, outcome = $3, settled_at = now() where id = $1 and state = 'open'`,
    [id, state, JSON.stringify(outcome)],
  );
}
