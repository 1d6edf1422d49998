import { createHash } from 'node:crypto';
import { canonicalJson, type Json, type JsonObject } from '../domain/index.ts';
import type { UntouchedContainer } from '../tasks/index.ts';

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
  /** A container image with our worker; null = this machine's own programs. */
  readonly image: string | null;
  /** An image without our worker does the job, and the controller commits what it left; absent = our worker does. */
  readonly untouched?: UntouchedContainer;
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
    /** So often the provider itself may start this gen; absent = as often as its runner likes, `attempts` at most. */
    readonly starts?: number;
  };
  readonly resources: Resources;
  /** Absent where it costs nobody anything, as on this machine. */
  readonly cost?: JobCost;
}

export interface Resources {
  readonly vcpu: number;
  /** An attempt that takes more memory is ended. */
  readonly memoryMiB: number;
  readonly gpu: number;
  /** May be taken away at any moment, for a lower price. */
  readonly spot: boolean;
}

/** USD an hour: a flat part, and what each processor and each GiB of memory adds. */
export interface Rate {
  readonly perHour: number;
  readonly perVcpuHour: number;
  readonly perGibHour: number;
}

/** The prices that a job is estimated by, fixed when it is planned. */
export interface Rates {
  /** The day of the price table, `YYYY-MM-DD`. */
  readonly table: string;
  readonly onDemand: Rate;
  /** null = not known: counted as on demand, which a machine that may be taken away does not exceed. */
  readonly spot: Rate | null;
}

/** What a job may cost. */
export interface JobCost extends Rates {
  /** All attempts together cost no more, by the same prices. USD. */
  readonly boundUsd: number;
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

/** Where the files stand that an image without our worker is given; the same for every gen. */
export function untouchedInput({ result }: Pick<Placement, 'result'>): string {
  return `${result}input/`;
}
