import { createHash } from 'node:crypto';
import { canonicalJson, EXIT, type Json, type JsonObject, SihwangError } from '../domain/index.ts';
import type { Db } from './db.ts';

/** A recipe and the code that performs it, for one feed ('' where a task knows no feeds). */
export interface ModelVersion {
  readonly id: string;
  readonly task: string;
  readonly feed: string;
  readonly recipe: Json;
  readonly codeVersion: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** One training of a version: everything that is needed to make the same artefact again. */
export interface Training {
  readonly versionId: string;
  readonly snapshotSha256: string;
  readonly artefactKey: string;
  readonly artefactSha256: string;
  readonly nodeMajor: number;
  readonly cpuClass: string;
  readonly run: string;
  readonly trainedAt: string;
  /** Feed, serving version, commits: what the snapshot was made of. */
  readonly lineage: JsonObject;
  /** Figures by horizon. */
  readonly metrics: JsonObject;
}

/** `<task>-<12 hex>`: equal task, feed, recipe and code have the same name on every machine. */
export function versionIdOf(of: Pick<ModelVersion, 'task' | 'feed' | 'recipe' | 'codeVersion'>): string {
  const text = canonicalJson({
    task: of.task,
    feed: of.feed,
    recipe: of.recipe,
    codeVersion: of.codeVersion,
  });
  return `${of.task}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

/** Makes a version known; a second time it is left as it is. Gives its id. */
export async function registerVersion(
  db: Db,
  version: Pick<ModelVersion, 'task' | 'feed' | 'recipe' | 'codeVersion' | 'createdAt' | 'createdBy'>,
): Promise<string> {
  const id = versionIdOf(version);
  await db.query(
    `insert into sihwang.model_versions (id, task, feed, recipe, code_version, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      id,
      version.task,
      version.feed,
      JSON.stringify(version.recipe),
      version.codeVersion,
      version.createdAt,
      version.createdBy,
    ],
  );
  return id;
}

/** Keeps a training; the same artefact from the same snapshot is one. */
export async function recordTraining(db: Db, training: Training): Promise<void> {
  await db.query(
    `insert into sihwang.model_trainings (version_id, snapshot_sha256, artefact_key, artefact_sha256, node_major, cpu_class, run,
       trained_at, lineage, metrics) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [
      ...[training.versionId, training.snapshotSha256, training.artefactKey, training.artefactSha256],
      ...[training.nodeMajor, training.cpuClass, training.run, training.trainedAt],
      ...[JSON.stringify(training.lineage), JSON.stringify(training.metrics)],
    ],
  );
}

const VERSION_COLUMNS = `v.id, v.task, v.feed, v.recipe, v.code_version as "codeVersion", ${iso('v.created_at')} as "createdAt",
  v.created_by as "createdBy"`;

/** @throws SihwangError `MODEL_UNKNOWN` */
export async function versionNamed(db: Db, id: string): Promise<ModelVersion> {
  const { rows } = await db.query<ModelVersion>(
    `select ${VERSION_COLUMNS} from sihwang.model_versions v where v.id = $1`,
    [id],
  );
  if (rows[0]) return rows[0];
  throw new SihwangError(
    'MODEL_UNKNOWN',
    { ko: `없는 모델 판: ${id}`, en: `there is no model version ${id}` },
    {
      exit: EXIT.usage,
      hint: { ko: '모든 판은 sihwang models list.', en: 'sihwang models list names every version.' },
    },
  );
}

/** A version in the list of all, with what it is now. */
export interface ListedVersion extends ModelVersion {
  readonly standing: 'champion' | 'challenger' | 'former' | 'registered';
  readonly trainings: number;
  readonly lastTrainedAt: string | null;
}

/** Every version, champions first within a task and feed, then challengers, newest first. */
export async function listVersions(
  db: Db,
  task: string | null = null,
  feed: string | null = null,
): Promise<ListedVersion[]> {
  const { rows } = await db.query<ListedVersion>(
    `select ${VERSION_COLUMNS}, standing, trainings::int, ${iso('last')} as "lastTrainedAt"
     from sihwang.model_versions v
     cross join lateral (select count(*) as trainings, max(trained_at) as last from sihwang.model_trainings t where t.version_id = v.id) t
     cross join lateral (select case
       when exists (select from sihwang.model_reigns r where r.version_id = v.id and r.to_at = 'infinity') then 'champion'
       when exists (select from sihwang.model_challengers c where c.version_id = v.id and c.ended_at is null) then 'challenger'
       when exists (select from sihwang.model_reigns r where r.version_id = v.id) then 'former'
       else 'registered' end as standing) s
     where ($1::text is null or v.task = $1) and ($2::text is null or v.feed = $2)
     order by v.task, v.feed, array_position(array['champion', 'challenger', 'former', 'registered'], standing), v.created_at desc, v.id`,
    [task, feed],
  );
  return rows;
}

/** The trainings of a version, newest first. */
export async function trainingsOf(db: Db, versionId: string, limit = 20): Promise<Training[]> {
  const { rows } = await db.query<Training>(
    `select version_id as "versionId", snapshot_sha256 as "snapshotSha256", artefact_key as "artefactKey",
            artefact_sha256 as "artefactSha256", node_major as "nodeMajor", cpu_class as "cpuClass", run,
            ${iso('trained_at')} as "trainedAt", lineage, metrics
     from sihwang.model_trainings where version_id = $1 order by trained_at desc, id desc limit $2`,
    [versionId, limit],
  );
  return rows;
}

export function iso(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
