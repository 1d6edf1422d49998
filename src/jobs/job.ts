import { createHash } from 'node:crypto';
import { canonicalJson, type Json, type JsonObject } from '../domain/index.ts';

/**
 * What is computed. Every member is part of its identity: equal jobs have the same hash on every machine and runner,
 * and their results are interchangeable.
 */
export interface Job {
  readonly v: 1;
  /** A name of the tasks' registry. */
  readonly task: string;
  readonly params: JsonObject;
  /** The content-addressed dataset that the task reads; null = none. */
  readonly snapshotSha256: string | null;
  /** One part of a larger piece of work, its items listed at `shards/<itemsSha256>.json`; null = all of it. */
  readonly shard: { readonly index: number; readonly itemsSha256: string } | null;
  /** ISO day or instant: nothing known later is used. */
  readonly asOf: string;
  readonly horizons: readonly string[];
  readonly codeVersion: string;
  readonly seed: number;
}

/** Where and how a job runs: no part of its identity. */
export interface Placement {
  /** The whole id of the home that asked. */
  readonly home: string;
  readonly run: string;
  /** Which time the controller starts the job, from 1. */
  readonly gen: number;
  readonly runner: string;
  /** A container image; null = this machine's own programs. */
  readonly image: string | null;
  /** Address of the store that the keys below are in. */
  readonly store: string;
  /** Prefix of everything the job leaves, ends with `/`; the same for every gen, so that a checkpoint is found again. */
  readonly result: string;
  readonly checkpoint: { readonly everySeconds: number };
  readonly limits: {
    /** An attempt that takes longer is stopped and has failed. */
    readonly attemptSeconds: number;
    /** So often an attempt may end badly for a reason that may pass. */
    readonly attempts: number;
  };
  readonly resources: Resources;
}

export interface Resources {
  readonly vcpu: number;
  /** An attempt that takes more memory is ended. */
  readonly memoryMiB: number;
  readonly gpu: number;
  /** May be taken away at any moment, for a lower price. */
  readonly spot: boolean;
}

export interface JobSpec {
  readonly job: Job;
  readonly placement: Placement;
}

/** SHA-256 of the job's canonical JSON, in hex. */
export function jobSha256(job: Job): string {
  return createHash('sha256')
    .update(canonicalJson(job as unknown as Json))
    .digest('hex');
}

/** What a placement needs to be told; the rest has defaults. */
export interface PlaceFor {
  readonly home: string;
  readonly run: string;
  readonly runner: string;
  readonly store: string;
  readonly image?: string;
  readonly checkpoint?: Placement['checkpoint'];
  readonly limits?: Partial<Placement['limits']>;
  readonly resources?: Partial<Resources>;
}

/** Puts a job somewhere, its result below the run's folder in the store. */
export function placeJob(job: Job, where: PlaceFor): JobSpec {
  const { home, run, runner, store, image = null } = where;
  return {
    job,
    placement: {
      home,
      run,
      gen: 1,
      runner,
      image,
      store,
      result: `runs/${run}/${jobSha256(job).slice(0, 16)}/`,
      checkpoint: where.checkpoint ?? { everySeconds: 60 },
      limits: { attemptSeconds: 7200, attempts: 3, ...where.limits },
      resources: { vcpu: 1, memoryMiB: 1024, gpu: 0, spot: false, ...where.resources },
    },
  };
}
