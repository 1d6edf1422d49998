import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, type JsonObject, SihwangError, type SnapshotReader } from '../../domain/index.ts';
import { openObject, openStore, type Store } from '../../store/index.ts';
import { type JobSpec, jobSha256 } from '../job.ts';
import { keepOutputs } from '../leave-result.ts';
import { commitManifest, type Manifest, readManifest } from '../manifest.ts';
import { readSpec } from '../spec-file.ts';
import { checkpointsIn } from './checkpoints.ts';
import type { WorkerEffects } from './effects.ts';
import { exitOf, type Failure, failureOf } from './failure.ts';
import { jobLogIn } from './job-log.ts';

const HEARTBEAT_SECONDS = 10;

/** One time that a worker begins a job. */
export interface Attempt {
  readonly specUri: string;
  /** Which of the specs that the file lists; needed when it is a list. */
  readonly shard?: number;
  /** Which time the runner itself starts this gen, from 1. */
  readonly attempt: number;
  readonly providerId: string | null;
  /** Comes when the job has to stop: it saves a checkpoint and ends with 143. */
  readonly stop: AbortSignal;
  /** A second place for its checkpoints. */
  readonly checkpointCopy?: Store;
  /** Hears why, where it ends with another code than 0. */
  readonly failed?: (failure: Failure) => void;
}

/**
 * Does one job and gives the exit code: 0 when its result stands, whoever wrote it; 65 bad data, 70 a bug, 75 try
 * again, 78 not for this worker, 143 stopped after a checkpoint. Whatever happens is in the job's log and, how it
 * ended, in `<result>/attempts/`.
 */
export async function runJob(attempt: Attempt, effects: WorkerEffects): Promise<number> {
  let spec: JobSpec;
  try {
    spec = await specAt(attempt.specUri, attempt.shard);
  } catch (error) {
    effects.print(JSON.stringify({ event: 'failed', ...failureOf(error) }));
    attempt.failed?.(failureOf(error));
    return exitOf(error);
  }
  const { placement } = spec;
  const sha256 = jobSha256(spec.job);
  const store = await openStore(placement.store);
  const writer = randomBytes(8).toString('hex');
  const startedAt = effects.now().toISOString();
  const id = `${placement.gen}-${attempt.attempt}-${writer}`;
  const about = { job: sha256.slice(0, 16), gen: placement.gen, attempt: attempt.attempt };
  const log = jobLogIn(store, `${placement.result}log/${id}/`, about, effects);
  const beat = setInterval(() => {
    const at = effects.now().toISOString();
    const rssMiB = Math.round(process.memoryUsage.rss() / 2 ** 20);
    const text = JSON.stringify({ at, ...about, rssMiB });
    // a heartbeat that is not heard is missed, not an error
    store.put(`${placement.result}beat.json`, Buffer.from(text), { durable: false }).catch(() => undefined);
  }, HEARTBEAT_SECONDS * 1000).unref();
  const ended = async (exitCode: number, how: JsonObject): Promise<number> => {
    clearInterval(beat);
    log.event(exitCode === 0 ? 'ended' : 'failed', { exitCode, ...how });
    const endedAt = effects.now().toISOString();
    const record = { ...about, writer, providerId: attempt.providerId, exitCode, ...how, startedAt, endedAt };
    await store
      .put(`${placement.result}attempts/${id}.json`, Buffer.from(JSON.stringify(record)), { durable: false })
      .catch((error: Error) => log.event('attempt-not-kept', { message: error.message }));
    await log.end();
    return exitCode;
  };
  try {
    if (await readManifest(store, placement, sha256)) return await ended(EXIT.done, { result: 'superseded' });
    const { outputs, metrics, computedBy, clear } = await compute();
    const manifest: Manifest = {
      v: 1,
      jobSha256: sha256,
      spec,
      gen: placement.gen,
      attempt: attempt.attempt,
      writer,
      providerId: attempt.providerId,
      outputs,
      metrics,
      computedBy,
      startedAt,
      endedAt: effects.now().toISOString(),
    };
    const result = await commitManifest(store, manifest);
    await clear();
    return await ended(EXIT.done, { result });
  } catch (error) {
    attempt.failed?.(failureOf(error));
    return await ended(exitOf(error, attempt.stop), { ...failureOf(error) });
  }

  async function compute() {
    const computedBy = await effects.computedBy();
    if (computedBy.codeVersion !== spec.job.codeVersion)
      throw new SihwangError(
        'JOB_OF_OTHER_CODE',
        {
          ko: `일감은 코드 ${spec.job.codeVersion}용인데 이 일꾼은 ${computedBy.codeVersion}입니다`,
          en: `the job wants code ${spec.job.codeVersion}, this worker has ${computedBy.codeVersion}`,
        },
        {
          exit: EXIT.configuration,
          hint: {
            ko: '일감을 만든 버전으로 돌리거나 일감을 새로 만드세요.',
            en: 'Run it with the version that made it, or make the job anew.',
          },
        },
      );
    const checkpoint = checkpointsIn(store, `${placement.result}checkpoint/`, {
      everySeconds: placement.checkpoint.everySeconds,
      stop: attempt.stop,
      now: effects.now,
      copy: attempt.checkpointCopy,
    });
    const items = await itemsOf(store, spec);
    const folder = mkdtempSync(join(tmpdir(), 'sihwang-job-'));
    let snapshot: Promise<SnapshotReader & { close(): void }> | undefined;
    try {
      log.event('begun', { task: spec.job.task, items: items?.length ?? null });
      const { files, metrics } = await effects.perform({
        job: spec.job,
        items,
        snapshot: () => (snapshot ??= openedSnapshot(store, spec, effects)),
        folder,
        checkpoint,
        emit: (event, fields) => log.event(event, fields),
        signal: attempt.stop,
      });
      if (checkpoint.resumedFrom !== null) log.event('resumed', { step: checkpoint.resumedFrom });
      const outputs = await keepOutputs(store, `${placement.result}out/${id}/`, files);
      return { outputs, metrics, computedBy: { ...computedBy }, clear: () => checkpoint.clear() };
    } finally {
      await snapshot?.then((reader) => reader.close()).catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** The spec at an address, or the one of those listed there that is the shard's. Throws JOB_SHARD_UNKNOWN, JOB_INPUT_MISSING. */
export async function specAt(specUri: string, shard?: number): Promise<JobSpec> {
  const { store, key } = await openObject(specUri);
  const text = textOf(await store.get(key), `the job's spec ${specUri}`);
  if (!text.startsWith('{"specs":')) return readSpec(text);
  const { specs } = JSON.parse(text) as { readonly specs: readonly string[] };
  const one = specs[shard ?? 0];
  if (one !== undefined) return specAt(one);
  throw new SihwangError(
    'JOB_SHARD_UNKNOWN',
    {
      ko: `${specUri}에는 명세가 ${specs.length}개 있고 ${shard}번은 없습니다`,
      en: `${specUri} lists ${specs.length} specs; there is no ${shard}`,
    },
    {
      exit: EXIT.bug,
      hint: {
        ko: '파일에 든 수만큼 조각을 시작하세요. 0부터 셉니다.',
        en: 'Start as many shards as the file lists, counted from 0.',
      },
    },
  );
}

/** The items of the job's shard; null = all. */
async function itemsOf(store: Store, { job }: JobSpec): Promise<readonly string[] | null> {
  if (!job.shard) return null;
  const key = `shards/${job.shard.itemsSha256}.json`;
  const text = textOf(await store.get(key, { sha256: job.shard.itemsSha256 }), key);
  return (JSON.parse(text) as { readonly items: readonly string[] }).items;
}

function openedSnapshot(
  store: Store,
  { job }: JobSpec,
  { openSnapshot }: WorkerEffects,
): Promise<SnapshotReader & { close(): void }> {
  if (job.snapshotSha256 !== null) return openSnapshot(store, job.snapshotSha256);
  throw new SihwangError(
    'SNAPSHOT_MISSING',
    {
      ko: `일감에 뜬 자료의 이름이 없습니다. 과제 ${job.task}에는 필요합니다`,
      en: `the job names no snapshot, but its task ${job.task} reads one`,
    },
    {
      exit: EXIT.badData,
      hint: {
        ko: '학습할 뜬 자료의 이름을 넣어 일감을 만드세요.',
        en: 'Make the job with the snapshot that it learns from.',
      },
    },
  );
}

/** Not there yet may mean that this worker was quicker than the store. */
function textOf(bytes: Uint8Array | null, what: string): string {
  if (bytes) return new TextDecoder().decode(bytes);
  throw new SihwangError(
    'JOB_INPUT_MISSING',
    { ko: `있어야 할 것이 없습니다: ${what}`, en: `${what} is not there` },
    {
      exit: EXIT.tryAgain,
      hint: { ko: '작업이 쓴 명세의 주소를 주세요.', en: 'Give the address of a spec as a run writes it.' },
    },
  );
}
