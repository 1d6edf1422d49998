import type { Pool, PoolClient } from 'pg';
import { EXIT, type Json, SihwangError } from '../domain/index.ts';
import { appendAudit } from './audit.ts';
import { type Db, inTransaction } from './db.ts';
import { iso, type ModelVersion, versionNamed } from './models.ts';

export type DecisionKind = 'first' | 'promote' | 'keep' | 'rollback' | 'manual' | 'code-changed';

/** What was decided about a champion, and on what grounds. */
export interface Decision {
  /** The step or command that decides; the same key decides once. */
  readonly key: string;
  readonly task: string;
  readonly feed: string;
  readonly kind: DecisionKind;
  /** The version that the decision was about: a challenger, or the version that is to reign. */
  readonly subject: string;
  /** ISO instant from which it holds. */
  readonly at: string;
  readonly actor: string;
  readonly reason: string;
  readonly evidence: Json;
}

/** A decision as it was taken. */
export interface TakenDecision extends Decision {
  readonly championBefore: string | null;
  readonly championAfter: string;
}

/** Who reigned from when to when. */
export interface Reign {
  readonly versionId: string;
  readonly task: string;
  readonly feed: string;
  readonly from: string;
  /** null = it reigns still. */
  readonly to: string | null;
  readonly kind: DecisionKind;
  readonly actor: string;
  readonly reason: string;
  /** The training that its forecasts came from at the end of the time asked about; null where none is recorded. */
  readonly snapshotSha256: string | null;
  readonly artefactSha256: string | null;
}

export interface Champion {
  readonly versionId: string;
  readonly recipe: Json;
  readonly codeVersion: string;
  readonly since: string;
}

/** Who reigns, or reigned at a moment; null before the first. */
export async function championOf(
  db: Db,
  task: string,
  feed: string,
  at: string | null = null,
): Promise<Champion | null> {
  const { rows } = await db.query<Champion>(
    `select r.version_id as "versionId", v.recipe, v.code_version as "codeVersion", ${iso('r.from_at')} as since
     from sihwang.model_reigns r join sihwang.model_versions v on v.id = r.version_id
     where r.task = $1 and r.feed = $2 and r.from_at <= coalesce($3::timestamptz, 'infinity') and r.to_at > coalesce($3::timestamptz, now())`,
    [task, feed, at],
  );
  return rows[0] ?? null;
}

/**
 * Takes a decision: every kind but `keep` makes its subject the champion. Written with its grounds and an entry in the audit
 * trail in one transaction; the same key a second time gives what was decided the first time.
 * @throws SihwangError `MODEL_UNKNOWN`, `MODEL_OTHER_TASK`, `MODEL_NO_CHAMPION` (a `keep` without one), `MODEL_TOO_LATE` (it
 * would hold from before the present champion's first moment)
 */
export async function decide(pool: Pool, decision: Decision): Promise<TakenDecision> {
  return inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtextextended('champion ' || $1 || ' ' || $2, 0))", [
      decision.task,
      decision.feed,
    ]);
    const before = await decisionNamed(client, decision.key);
    if (before) return before;
    refuseOther(await versionNamed(client, decision.subject), decision);
    const champion = await championOf(client, decision.task, decision.feed);
    const changes = decision.kind !== 'keep';
    const after = changes ? decision.subject : champion?.versionId;
    if (after === undefined)
      throw new SihwangError(
        'MODEL_NO_CHAMPION',
        {
          ko: `${decision.feed}의 ${decision.task}에는 유지할 챔피언이 없습니다`,
          en: `${decision.task} of ${decision.feed} has no champion to keep`,
        },
        {
          exit: EXIT.usage,
          hint: {
            ko: 'sihwang models promote VERSION --reason TEXT로 세우세요.',
            en: 'sihwang models promote VERSION --reason TEXT makes one.',
          },
        },
      );
    const { rows } = await client.query<{ id: string }>(
      `insert into sihwang.model_decisions (key, task, feed, kind, champion_before, subject, champion_after, at, actor, reason, evidence)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
      [
        ...[decision.key, decision.task, decision.feed, decision.kind, champion?.versionId ?? null],
        ...[
          decision.subject,
          after,
          decision.at,
          decision.actor,
          decision.reason,
          JSON.stringify(decision.evidence),
        ],
      ],
    );
    if (changes && after !== champion?.versionId) await crown(client, decision, rows[0]!.id, champion);
    await appendAudit(client, {
      actor: decision.actor,
      action: `model.${decision.kind}`,
      subject: `${decision.task} ${decision.feed}`,
      detail: {
        subject: decision.subject,
        before: champion?.versionId ?? null,
        after,
        reason: decision.reason,
      },
    });
    return { ...decision, championBefore: champion?.versionId ?? null, championAfter: after };
  });
}

async function crown(
  client: PoolClient,
  { task, feed, subject, at, kind }: Decision,
  decisionId: string,
  champion: Champion | null,
): Promise<void> {
  if (champion && Date.parse(at) <= Date.parse(champion.since))
    throw new SihwangError(
      'MODEL_TOO_LATE',
      {
        ko: `${champion.versionId}: ${champion.since}부터 챔피언이며, ${at}보다 뒤입니다`,
        en: `${champion.versionId} reigns since ${champion.since}, after ${at}`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '내력은 고쳐 쓰지 않습니다. 더 뒤의 시각으로 정하세요.',
          en: 'History is not rewritten: decide as of a later moment.',
        },
      },
    );
  await client.query(
    "update sihwang.model_reigns set to_at = $3 where task = $1 and feed = $2 and to_at = 'infinity'",
    [task, feed, at],
  );
  await client.query(
    'insert into sihwang.model_reigns (task, feed, version_id, from_at, decision_id) values ($1, $2, $3, $4, $5)',
    [task, feed, subject, at, decisionId],
  );
  // a new champion is another opponent: who stood against the old one is put up anew where wanted; new code of the same
  // recipe is none
  await client.query(
    `update sihwang.model_challengers set ended_at = $3, outcome = case when version_id = $4 then 'promoted' else 'superseded' end
     where task = $1 and feed = $2 and ended_at is null and ($5 or version_id = $4)`,
    [task, feed, at, subject, kind !== 'code-changed'],
  );
}

const DECISION = `d.key, d.task, d.feed, d.kind, d.subject, ${iso('d.at')} as at, d.actor, d.reason, d.evidence,
  d.champion_before as "championBefore", d.champion_after as "championAfter"`;

/** The decision that a step or command has taken under a key; undefined when it has not. */
export async function decisionNamed(db: Db, key: string): Promise<TakenDecision | undefined> {
  const { rows } = await db.query<TakenDecision>(
    `select ${DECISION} from sihwang.model_decisions d where d.key = $1`,
    [key],
  );
  return rows[0];
}

/** Decisions about a version or a task's champion, newest first. */
export async function decisionsAbout(
  db: Db,
  of: { readonly task: string; readonly feed: string; readonly subject?: string },
  limit = 20,
): Promise<TakenDecision[]> {
  const { rows } = await db.query<TakenDecision>(
    `select ${DECISION} from sihwang.model_decisions d
     where d.task = $1 and d.feed = $2 and ($3::text is null or d.subject = $3) order by d.at desc, d.id desc limit $4`,
    [of.task, of.feed, of.subject ?? null, limit],
  );
  return rows;
}

/** Who reigned when, oldest first; with `at`, only who did then. */
export async function reigns(
  db: Db,
  of: { readonly task?: string; readonly feed?: string; readonly at?: string } = {},
): Promise<Reign[]> {
  const { rows } = await db.query<Reign>(
    `select r.version_id as "versionId", r.task, r.feed, ${iso('r.from_at')} as from,
            case when r.to_at < 'infinity' then ${iso('r.to_at')} end as to, d.kind, d.actor, d.reason,
            t.snapshot_sha256 as "snapshotSha256", t.artefact_sha256 as "artefactSha256"
     from sihwang.model_reigns r join sihwang.model_decisions d on d.id = r.decision_id
     left join lateral (
       select snapshot_sha256, artefact_sha256 from sihwang.model_trainings t
       where t.version_id = r.version_id and t.trained_at <= least(coalesce($3::timestamptz, 'infinity'), r.to_at)
       order by trained_at desc, id desc limit 1) t on true
     where ($1::text is null or r.task = $1) and ($2::text is null or r.feed = $2)
       and ($3::timestamptz is null or (r.from_at <= $3 and $3 < r.to_at))
     order by r.task, r.feed, r.from_at`,
    [of.task ?? null, of.feed ?? null, of.at ?? null],
  );
  return rows;
}

/** A version that wants the champion's place. */
export interface Challenger {
  readonly versionId: string;
  readonly recipe: Json;
  readonly codeVersion: string;
  readonly since: string;
  readonly nth: number;
  readonly looks: number;
}

/**
 * Puts a version up against the champion, unless it stands already. It is the how-manieth of the 365 days before; one that
 * comes back counts again, for it is looked at again.
 * @throws SihwangError `MODEL_UNKNOWN`, `MODEL_OTHER_TASK`, `MODEL_REIGNS`
 */
export async function putUpChallenger(
  pool: Pool,
  of: { readonly task: string; readonly feed: string; readonly versionId: string; readonly at: string },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    refuseOther(await versionNamed(client, of.versionId), of);
    const champion = await championOf(client, of.task, of.feed);
    if (champion?.versionId === of.versionId)
      throw new SihwangError(
        'MODEL_REIGNS',
        { ko: `이미 챔피언입니다: ${of.versionId}`, en: `${of.versionId} is the champion` },
        {
          exit: EXIT.usage,
          hint: {
            ko: '도전자는 다른 판이어야 합니다: sihwang models list.',
            en: 'A challenger is another version: sihwang models list.',
          },
        },
      );
    await client.query("select pg_advisory_xact_lock(hashtextextended('champion ' || $1 || ' ' || $2, 0))", [
      of.task,
      of.feed,
    ]);
    await client.query(
      `insert into sihwang.model_challengers (task, feed, version_id, since, nth)
       select $1, $2, $3, $4, 1 + (select count(*) from sihwang.model_challengers
         where task = $1 and feed = $2 and since > $4::timestamptz - interval '365 days')
       where not exists (select from sihwang.model_challengers where task = $1 and feed = $2 and version_id = $3 and ended_at is null)`,
      [of.task, of.feed, of.versionId, of.at],
    );
  });
}

/** Who stands against the champion now, in the order in which they were put up. */
export async function challengersOf(db: Db, task: string, feed: string): Promise<Challenger[]> {
  const { rows } = await db.query<Challenger>(
    `select c.version_id as "versionId", v.recipe, v.code_version as "codeVersion", ${iso('c.since')} as since, c.nth, c.looks
     from sihwang.model_challengers c join sihwang.model_versions v on v.id = c.version_id
     where c.task = $1 and c.feed = $2 and c.ended_at is null order by c.nth, c.version_id`,
    [task, feed],
  );
  return rows;
}

/** Counts a look at a challenger; `look` is its number, so that a step that is repeated counts once. */
export async function countLook(
  db: Db,
  of: { readonly task: string; readonly feed: string; readonly versionId: string; readonly look: number },
): Promise<void> {
  await db.query(
    `update sihwang.model_challengers set looks = greatest(looks, $4)
     where task = $1 and feed = $2 and version_id = $3 and ended_at is null`,
    [of.task, of.feed, of.versionId, of.look],
  );
}

function refuseOther(
  version: ModelVersion,
  { task, feed }: { readonly task: string; readonly feed: string },
): void {
  if (version.task === task && version.feed === feed) return;
  throw new SihwangError(
    'MODEL_OTHER_TASK',
    {
      ko: `판 ${version.id}: ${version.feed || '모든 자료'}의 ${version.task}용입니다`,
      en: `${version.id} is a version of ${version.task} for ${version.feed || 'every feed'}`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko: `${feed}의 ${task} 판을 고르세요: sihwang models list.`,
        en: `Name one of ${task} for ${feed}: sihwang models list.`,
      },
    },
  );
}
