import { boostingWasm } from '../kernels/boosting-wasm.ts';
import { loadKernel } from '../kernels/load-kernel.ts';
import { type BoostingKernel, FEATURE_NOTE_BYTES, GROUP, GROUP_BYTES, JOB, SPLIT_BYTES } from './job.ts';
import { BoostingRefusal } from './refusal.ts';
import { scalarKernel } from './scalar-kernel.ts';

/** Where helping threads come from; `src/jobs` has one for Node. */
export interface BoostingThreads {
  /** Threads beside the one that trains, from 1. */
  readonly count: number;
  /**
   * Starts threads that each instantiate the kernel (`module`, with `memory` as its import env.memory) and call its
   * export `serve(job)`, which returns when the training is over.
   */
  start(module: WebAssembly.Module, memory: WebAssembly.Memory, job: number): void;
}

/** The addresses of a training's blocks in its one memory. */
export interface TrainerMemory {
  readonly kernel: BoostingKernel;
  readonly buffer: ArrayBufferLike;
  readonly job: number;
  readonly notes: number;
  /** Two lists of splits, found for the smaller and for the larger child. */
  readonly smallSplits: number;
  readonly largeSplits: number;
  /** Bins as [feature][row] for parting rows, and as [row][feature], `rowBytes` a row, for summing. */
  readonly bins: number;
  readonly binRows: number;
  readonly rowBytes: number;
  readonly validationBins: number;
  readonly pairs: number;
  readonly gathered: number;
  readonly rows: number;
  readonly validationRows: number;
  readonly spare: number;
  /** 256 bytes a split of the growing tree: which bins go left. */
  readonly sides: number;
  readonly histograms: number;
  /** Bytes of all histograms of one leaf. */
  readonly histogramBytes: number;
  /** Rows that the kernel takes together, and its room for their bins. */
  readonly block: number;
  readonly words: number;
  readonly groups: number;
  /** Threads to be told of a job. */
  readonly helpers: number;
  end(): void;
}

const PAGE = 65_536;
/** The rows that are summed together fill a quarter of a usual second cache. */
const BLOCK_BYTES = 262_144;

/** Lays out and takes the memory of one training; throws {@link BoostingRefusal} when it would be beyond 4 GiB. */
export function trainerMemory(
  shape: {
    readonly rows: number;
    readonly validationRows: number;
    readonly features: number;
    readonly leaves: number;
  },
  kind: 'wasm' | 'scalar',
  threads?: BoostingThreads,
): TrainerMemory {
  const groups = Math.ceil(shape.features / GROUP);
  const histogramBytes = groups * GROUP_BYTES;
  const rowBytes = groups * GROUP;
  const block = Math.max(512, Math.floor(BLOCK_BYTES / rowBytes));
  // address 0 stands for "none"
  let end = 64;
  const take = (bytes: number): number => {
    const at = end;
    end = Math.ceil((at + bytes) / 64) * 64;
    return at;
  };
  const layout = {
    job: take(JOB.bytes),
    notes: take(groups * GROUP * FEATURE_NOTE_BYTES),
    smallSplits: take(groups * GROUP * SPLIT_BYTES),
    largeSplits: take(groups * GROUP * SPLIT_BYTES),
    sides: take(256 * shape.leaves),
    bins: take(shape.features * shape.rows),
    binRows: take(rowBytes * shape.rows),
    validationBins: take(shape.features * shape.validationRows),
    pairs: take(8 * shape.rows),
    gathered: take(8 * shape.rows),
    rows: take(4 * shape.rows),
    validationRows: take(4 * shape.validationRows),
    words: take(rowBytes * block),
    spare: take(4 * Math.max(shape.rows, shape.validationRows)),
    histograms: take(shape.leaves * histogramBytes),
  };
  const pages = Math.ceil(end / PAGE);
  const memory = memoryOf(pages);
  if (!memory) {
    throw new BoostingRefusal(
      'too-large',
      `${shape.rows} rows of ${shape.features} features and ${shape.leaves} leaves need ${Math.ceil(end / 2 ** 30)} GiB; train on fewer rows, features or leaves`,
    );
  }
  const rest = {
    ...layout,
    buffer: memory.buffer,
    histogramBytes,
    rowBytes,
    block,
    groups,
    helpers: kind === 'wasm' ? (threads?.count ?? 0) : 0,
  };
  if (kind === 'scalar') return { ...rest, kernel: scalarKernel(memory), end: () => {} };
  const kernel = loadKernel<BoostingKernel>(boostingWasm, pages, memory).exports;
  if (threads) {
    const bytes = Uint8Array.from(atob(boostingWasm), (letter) => letter.charCodeAt(0));
    threads.start(new WebAssembly.Module(bytes), memory, layout.job);
  }
  const over = (): void => {
    const words = new Int32Array(memory.buffer);
    Atomics.store(words, (layout.job + JOB.over) / 4, 1);
    Atomics.add(words, (layout.job + JOB.turn) / 4, 1);
    Atomics.notify(words, (layout.job + JOB.turn) / 4);
  };
  return { ...rest, kernel, end: over };
}

/** Undefined beyond 4 GiB, or where this machine has less to give. */
function memoryOf(pages: number): WebAssembly.Memory | undefined {
  if (pages > 65_535) return undefined;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return undefined;
  }
}
