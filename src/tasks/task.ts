import type { DataQuery, Json, JsonObject, SnapshotReader, Tables } from '../domain/index.ts';

/**
 * What is trained for the business, under one name. A task is pure: it states what it wants to learn from, receives a
 * snapshot, and hands back bytes; where it runs, what is kept and when are the business of others. Jobs, manifests and
 * artefacts are the same for every task, so a new one changes none of them.
 */
export interface Task<Params extends JsonObject = JsonObject, Learned extends Trained = Trained> {
  readonly name: string;
  /** Raised when the same snapshot and parameters would give another result. */
  readonly version: number;
  /** The parameters with every default filled in. Throws TASK_PARAMS_UNREADABLE for one that it doesn't know. */
  readParams(given: Json): Params;
  /** Its data, as a query. */
  query(params: Params): DataQuery;
  /** Its split: on which part of the past it is judged. */
  split(params: Params): Split;
  /**
   * The items into which its work can be cut, in the order of its results; each is answered alone. One `null` item when
   * all of it must be learnt together.
   */
  items(snapshot: SnapshotReader, params: Params): Promise<readonly TaskItem[]>;
  /** Learns from the snapshot: the items of this run, in their order. Saves checkpoints as it goes. */
  train(run: TaskRun, params: Params): Promise<Learned>;
  /** How well it did on the outcomes of its split. The first column of each table is the item. */
  judge(learned: Learned, run: TaskRun, params: Params): Promise<Tables>;
  /** What readers will see. The first column of each table is the item; the rows of an item stand together. */
  publish(learned: Learned, run: TaskRun, params: Params): Promise<Tables>;
  /** For a task whose work a container may do that has no worker of ours in it. */
  readonly untouched?: UntouchedWork<Params>;
}

/** How a task is done by an image of the user's as it stands: given files, it leaves an archive and figures. */
export interface UntouchedWork<Params extends JsonObject = JsonObject> {
  /** null = these parameters name no such image: our worker does the work. */
  container(params: Params): UntouchedContainer | null;
  /** Writes the files that the container is given into a folder that is not there yet. */
  writeInput(folder: string, snapshot: SnapshotReader, job: TaskJob, params: Params): Promise<void>;
  /** The files of the archive that are looked into, each with the bytes that it may have; the rest is the artefact. */
  readonly looksInto: Readonly<Record<string, number>>;
  /**
   * What the container left: `folder` holds those files, as far as they were left; `figures` are what its provider read from its log.
   * Throws in words for what cannot be used.
   */
  collect(folder: string, figures: JsonObject): { readonly learned: Trained; readonly tables: Tables };
}

/** An image of the user's own, started as it stands: it knows nothing of us. */
export interface UntouchedContainer {
  /** By digest, for it is part of what is computed. */
  readonly image: string;
  /** Replaces the image's own program; null = started as `IMAGE train`. */
  readonly command: readonly string[] | null;
  /** Its hyperparameters. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Figures by name, each with the regular expression whose first group finds it in a line of the log. */
  readonly figures: Readonly<Record<string, string>>;
  /** A container that takes longer is ended. */
  readonly timeoutSeconds: number;
  /** What it leaves may take so much room, packed. */
  readonly maxOutputMiB: number;
}

/** What training leaves behind. */
export interface Trained {
  /** Files of a model that is used again later, kept as they are. */
  readonly files: readonly TaskFile[];
  /** What it says of itself, in figures; stands in the manifest as `reported`. */
  readonly reported?: JsonObject;
}

/** A file by its plain name: its bytes, or where it stands in the folder of the run, when it may be too large for memory. */
export type TaskFile = { readonly name: string } & (
  | { readonly bytes: Uint8Array; readonly path?: undefined }
  | { readonly path: string; readonly bytes?: undefined }
);

/** Rolling origins: nothing after an origin is seen at it. */
export interface Split extends JsonObject {
  /** Origins that are looked at, the newest at the snapshot's last day, and how many days lie between two. */
  readonly origins: number;
  readonly everyDays: number;
  /** The newest outcomes that are scored. */
  readonly scored: number;
}

export interface TaskItem {
  readonly item: string;
  /** Items of one group share work; a shard holds whole groups. */
  readonly group: string;
  /** Expected CPU seconds. */
  readonly costSeconds: number;
}

/** The part of a job that a task sees. */
export interface TaskJob {
  readonly task: string;
  readonly params: Json;
  /** What is foretold; empty = whatever the task foretells of such data. */
  readonly horizons: readonly string[];
  readonly seed: number;
}

/** What whoever performs a task hands over. */
export interface TaskRun {
  readonly job: TaskJob;
  /** The items to work on, in order; null = all of the snapshot's. */
  readonly items: readonly string[] | null;
  /** Throws SNAPSHOT_MISSING when the job names none. */
  readonly snapshot: () => Promise<SnapshotReader>;
  /** An empty folder for whatever must pass through files; nothing in it is kept. */
  readonly folder: string;
  readonly checkpoint: Checkpoint;
  readonly emit: (event: string, fields: JsonObject) => void;
  /** When it comes, the task saves a checkpoint and throws the signal's reason. */
  readonly signal: AbortSignal;
}

/** What has been done is kept here, so that whoever goes on after a death ends with the same bytes. */
export interface Checkpoint {
  /** The newest one of this very job; null when it begins. */
  load(): Promise<Uint8Array | null>;
  /** `step` grows with the work done. */
  save(step: number, bytes: Uint8Array): Promise<void>;
  /** Whether it is time for one. */
  due(): boolean;
}

export interface TaskOutput {
  readonly files: readonly TaskFile[];
  /** Goes into the manifest; not part of the artefact. */
  readonly metrics: JsonObject;
}
