import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, SihwangError } from '../../domain/index.ts';
import type { Manifest } from '../../jobs/index.ts';
import { type OpenSnapshot, openSnapshot } from '../../lake/index.ts';
import type { Store } from '../../store/index.ts';
import {
  type ComputedBy,
  computedBy,
  decodeTables,
  performTask,
  RESULT_FILE,
  type TaskOutput,
  type TaskRun,
} from '../../tasks/index.ts';
import { itemsOfShard } from './shards.ts';

/** A past result that was computed again and came out the same, byte by byte. */
export interface Reissued {
  /** SHA-256 of the job, and the run that it was part of. */
  readonly job: string;
  readonly run: string;
  readonly snapshot: string | null;
  readonly asOf: string;
  readonly items: number | null;
  readonly outputs: readonly { readonly name: string; readonly sha256: string }[];
  readonly computedBy: ComputedBy;
}

/** Which past results are meant. */
export interface WhichResults {
  readonly run?: string;
  /** A job's SHA-256, or the beginning of it. */
  readonly job?: string;
  /** Only the jobs that computed this item. */
  readonly item?: string;
}

export interface ReissueEffects {
  readonly computedBy: () => ComputedBy;
  readonly perform: (run: TaskRun) => Promise<TaskOutput>;
}

/**
 * The manifests of past results, in the order of their places in the store.
 * @throws SihwangError `RESULT_UNKNOWN` when the store has none of them
 */
export async function findResults(store: Store, { run, job, item }: WhichResults): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for await (const { key } of store.list(run === undefined ? 'runs/' : `runs/${run}/`)) {
    const [, job16] = /\/([0-9a-f]{16})\/manifest\.json$/.exec(key) ?? [];
    if (!job16 || (job !== undefined && !job.startsWith(job16) && !job16.startsWith(job))) continue;
    const manifest = JSON.parse(new TextDecoder().decode((await store.get(key))!)) as Manifest;
    if (job !== undefined && !manifest.jobSha256.startsWith(job)) continue;
    if (item !== undefined && !(await computed(store, manifest, item))) continue;
    found.push(manifest);
  }
  if (found.length > 0) return found;
  throw new SihwangError(
    'RESULT_UNKNOWN',
    {
      ko: `홈에 남은 결과가 없습니다: ${run ?? job ?? item}`,
      en: `the home keeps no result of ${run ?? job ?? item}`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko: '작업은 sihwang runs list에 나옵니다. 이전 버전이 작업 밖에서 낸 예측은 다시 낼 기록이 없습니다.',
        en: 'sihwang runs list names the runs; forecasts that older versions made outside of runs left no record to issue them from.',
      },
    },
  );
}

async function computed(store: Store, { spec }: Manifest, item: string): Promise<boolean> {
  const { shard } = spec.job;
  return shard === null || (await itemsOfShard(store, shard.itemsSha256)).includes(item);
}

/**
 * Computes a past result again from its recorded snapshot and compares the bytes.
 * @throws SihwangError `REISSUE_REFUSED` (78) when this code, Node or processor is another, each difference named;
 * `REISSUE_DIFFERS` (70) when the same came out otherwise; `SNAPSHOT_MISSING`, `SNAPSHOT_DAMAGED`
 */
export async function reissue(
  store: Store,
  manifest: Manifest,
  effects: ReissueEffects = { computedBy, perform: performTask },
): Promise<Reissued> {
  const { job, placement } = manifest.spec;
  const here = effects.computedBy();
  refuseOthers(manifest, here);
  const items = job.shard && (await itemsOfShard(store, job.shard.itemsSha256));
  const snapshot = job.snapshotSha256 === null ? null : await openSnapshot(store, job.snapshotSha256);
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-reissue-'));
  try {
    const { files } = await effects.perform(runOf(manifest, items, snapshot, folder));
    const again = new Map(files.map(({ name, bytes, path }) => [name, bytes ?? readFileSync(path)]));
    for (const { name, sha256, key } of manifest.outputs) {
      const bytes = again.get(name);
      if (!bytes || hashOf(bytes) !== sha256)
        throw differs(
          manifest,
          name,
          bytes ? firstDifference(name, await store.get(key), bytes) : 'it is missing',
          here,
        );
    }
  } finally {
    snapshot?.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    job: manifest.jobSha256,
    run: placement.run,
    snapshot: job.snapshotSha256,
    asOf: job.asOf,
    items: items?.length ?? null,
    outputs: manifest.outputs.map(({ name, sha256 }) => ({ name, sha256 })),
    computedBy: here,
  };
}

/** What has to be the same. Another lock file may change no package that makes numbers: it is named where bytes differ. */
const SAID: Readonly<Record<Exclude<keyof ComputedBy, 'lockSha256'>, string>> = {
  codeVersion: 'code',
  nodeMajor: 'Node',
  cpuClass: 'processor',
};

function refuseOthers({ jobSha256, computedBy: then }: Manifest, here: ComputedBy): void {
  const differences = (Object.keys(SAID) as (keyof typeof SAID)[])
    .filter((name) => then[name] !== here[name])
    .map((name) => `${SAID[name]} ${String(then[name])} (here ${here[name]})`);
  if (differences.length === 0) return;
  throw new SihwangError(
    'REISSUE_REFUSED',
    {
      ko: `${jobSha256.slice(0, 16)}: 계산한 환경(${differences.join(', ')})이 달라, 바이트가 다르더라도 증거가 되지 않습니다`,
      en: `${jobSha256.slice(0, 16)} was computed by ${differences.join(', ')}: other bytes would prove nothing`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '계산할 때 쓴 것으로 같은 명령을 실행하세요.',
        en: 'Run the same command with what it was computed by.',
      },
    },
  );
}

/** A run that begins from nothing and keeps nothing. */
function runOf(
  manifest: Manifest,
  items: readonly string[] | null,
  snapshot: OpenSnapshot | null,
  folder: string,
): TaskRun {
  return {
    job: manifest.spec.job,
    items,
    snapshot: async () => {
      if (snapshot) return snapshot;
      throw new RangeError(`the job ${manifest.jobSha256} names no snapshot`);
    },
    folder,
    checkpoint: { load: async () => null, save: async () => undefined, due: () => false },
    emit: () => undefined,
    signal: new AbortController().signal,
  };
}

function differs(
  { jobSha256, computedBy: then }: Manifest,
  name: string,
  what: string,
  here: ComputedBy,
): SihwangError {
  const locked = typeof then.lockSha256 === 'string' ? then.lockSha256 : null;
  const other = locked !== null && here.lockSha256 !== null && locked !== here.lockSha256;
  return new SihwangError(
    'REISSUE_DIFFERS',
    {
      ko: `${jobSha256.slice(0, 16)}: ${name}이(가) 낸 것과 다르게 나왔습니다: ${what}`,
      en: `${jobSha256.slice(0, 16)} came out otherwise than it was issued, in ${name}: ${what}`,
    },
    {
      exit: EXIT.bug,
      hint: other
        ? {
            ko: `다른 잠금 파일의 패키지로 계산되었습니다(${locked.slice(0, 12)}, 여기는 ${here.lockSha256.slice(0, 12)}). 그 패키지를 설치하고(npm ci) 다시 실행하세요.`,
            en: `It was computed with the packages of another lock file (${locked.slice(0, 12)}, here ${here.lockSha256.slice(0, 12)}): install those (npm ci) and ask again.`,
          }
        : {
            ko: '같은 코드가 같은 자료에서 다른 바이트를 냈습니다. 알려 주세요.',
            en: 'The same code gave other bytes from the same data: please report it.',
          },
    },
  );
}

/** The first value that is another one, as far as the bytes that were issued are still there. */
function firstDifference(name: string, issued: Uint8Array | null, again: Uint8Array): string {
  if (!issued) return 'the hash is another; the bytes that were issued are not kept any more';
  if (name !== RESULT_FILE) return 'the bytes are others';
  const then = decodeTables(issued);
  for (const [table, columns] of Object.entries(decodeTables(again))) {
    for (const [column, { values }] of Object.entries(columns)) {
      const before = then[table]?.[column]?.values ?? [];
      const rows = Math.max(values.length, before.length);
      for (let row = 0; row < rows; row++)
        if (!Object.is(values[row], before[row]))
          return `${table}.${column} of row ${row + 1} was ${String(before[row])} and is ${String(values[row])}`;
    }
  }
  return 'the bytes are others';
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
