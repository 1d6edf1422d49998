import { MAX_CODE } from './bins.ts';
import type { Forest } from './forest.ts';
import { type ObjectiveName, objectiveOf } from './objective.ts';
import { BoostingRefusal } from './refusal.ts';

/** "SWB" and the version of the format. */
const MAGIC = 0x01425753;
const KIND = { leaf: 0, missingRight: 1, missingLeft: 2, categorical: 3 } as const;

/** The nodes' words of one file, every tree in preorder, so that its shape needs no words of its own. */
interface Sizes {
  readonly trees: number;
  readonly nodes: number;
  readonly splits: number;
  readonly sets: number;
}

/**
 * A forest in few bytes, little-endian: magic, length of the header, the header (JSON: objective, start, names, codes,
 * sizes), then by node, in preorder, its kind (u8), then its threshold, set or value (f64), then its cover (f32); by
 * split its feature (u16), then its gain (f32); the sets (8 u32 each); and the CRC-32 of all of it.
 */
export function bytesOf(forest: Forest): Uint8Array {
  const order = preorder(forest);
  const isSplit = (node: number): boolean => forest.feature[node]! >= 0;
  const sizes: Sizes = {
    trees: forest.roots.length - 1,
    nodes: order.length,
    splits: order.filter(isSplit).length,
    sets: forest.sets.length / 8,
  };
  const { objective, names, start } = forest;
  const codes = forest.codes.map((own) => (own ? Array.from(own) : null));
  const header = new TextEncoder().encode(JSON.stringify({ objective, start, names, codes, sizes }));
  const bytes = new Uint8Array(8 + header.length + bodyBytes(sizes) + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, header.length, true);
  bytes.set(header, 8);
  const body = sections(8 + header.length, sizes);
  let split = 0;
  order.forEach((node, at) => {
    const feature = forest.feature[node]!;
    const leaf = feature < 0;
    const kind = leaf
      ? KIND.leaf
      : codes[feature]
        ? KIND.categorical
        : forest.missingLeft[node] === 1
          ? KIND.missingLeft
          : KIND.missingRight;
    view.setUint8(body.kind + at, kind);
    view.setFloat64(body.number + 8 * at, leaf ? forest.value[node]! : forest.threshold[node]!, true);
    view.setFloat32(body.cover + 4 * at, forest.cover[node]!, true);
    if (leaf) return;
    view.setUint16(body.feature + 2 * split, feature, true);
    view.setFloat32(body.gain + 4 * split, forest.gain[node]!, true);
    split++;
  });
  forest.sets.forEach((word, at) => {
    view.setUint32(body.sets + 4 * at, word, true);
  });
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

/** Reads {@link bytesOf} back; throws {@link BoostingRefusal} unless every word of it makes a sound forest. */
export function forestFromBytes(bytes: Uint8Array): Forest {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  require(bytes.length >= 12 &&
    view.getUint32(0, true) === MAGIC, 'these are not the bytes of a boosting model');
  const sound = crc32(bytes.subarray(0, -4)) === view.getUint32(bytes.length - 4, true);
  require(sound, 'the model was changed or cut; take a whole copy or train it again');
  const headerLength = view.getUint32(4, true);
  require(8 + headerLength + 4 <= bytes.length, 'the header is longer than the model');
  const { sizes, ...header } = readHeader(bytes.subarray(8, 8 + headerLength));
  require(8 + headerLength + bodyBytes(sizes) + 4 === bytes.length, 'the sizes are not those of the bytes');
  const body = sections(8 + headerLength, sizes);
  const { nodes } = sizes;
  const forest = {
    ...header,
    roots: new Int32Array(sizes.trees + 1),
    feature: new Int32Array(nodes),
    threshold: new Float64Array(nodes),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes),
    missingLeft: new Uint8Array(nodes),
    value: new Float64Array(nodes),
    cover: new Float32Array(nodes),
    gain: new Float32Array(nodes),
    sets: Uint32Array.from({ length: sizes.sets * 8 }, (_, at) => view.getUint32(body.sets + 4 * at, true)),
  };
  // splits whose right child is still to come
  const open: number[] = [];
  let tree = 0;
  let split = 0;
  for (let at = 0; at < nodes; at++) {
    const kind = view.getUint8(body.kind + at);
    const number = view.getFloat64(body.number + 8 * at, true);
    const cover = view.getFloat32(body.cover + 4 * at, true);
    require(kind <= KIND.categorical && cover > 0 && cover < Infinity, `node ${at} is not sound`);
    if (at === forest.roots[tree]) require(open.length === 0, `tree ${tree} is not whole`);
    forest.cover[at] = cover;
    if (kind === KIND.leaf) {
      require(Number.isFinite(number), `the value of node ${at} is ${number}`);
      forest.feature[at] = -1;
      forest.value[at] = number;
      const parent = open.pop();
      if (parent !== undefined) forest.right[parent] = at + 1;
      else forest.roots[++tree] = at + 1;
      require(tree < sizes.trees || at === nodes - 1, 'there are more trees than it says');
      continue;
    }
    require(split < sizes.splits, 'there are more splits than it says');
    const feature = view.getUint16(body.feature + 2 * split, true);
    const gain = view.getFloat32(body.gain + 4 * split, true);
    split++;
    require(feature < header.names.length && gain >= 0 && gain < Infinity, `node ${at} is not sound`);
    const categorical = header.codes[feature] !== undefined;
    require(categorical === (kind === KIND.categorical), `node ${at} splits a feature of another kind`);
    if (categorical) {
      require(Number.isInteger(number) && number >= 0 && number < sizes.sets, `node ${at} names no set`);
    }
    require(!Number.isNaN(number), `node ${at} has no threshold`);
    forest.feature[at] = feature;
    forest.threshold[at] = number;
    forest.missingLeft[at] = kind === KIND.missingLeft ? 1 : 0;
    forest.gain[at] = gain;
    forest.left[at] = at + 1;
    open.push(at);
  }
  require(open.length === 0 && tree === sizes.trees && split === sizes.splits, 'the last tree is not whole');
  return forest;
}

function readHeader(
  bytes: Uint8Array,
): Pick<Forest, 'objective' | 'start' | 'names' | 'codes'> & { readonly sizes: Sizes } {
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    throw new BoostingRefusal('bytes', 'the header is no JSON');
  }
  const { objective, start, names, codes, sizes } = header ?? {};
  require(Number.isFinite(start), 'the header has no start');
  const named = Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string');
  require(named && new Set(names).size === names.length, 'the header has no names');
  require(Array.isArray(codes) && codes.length === (names as string[]).length, 'the header has no codes');
  const isCount = (count: unknown): boolean => Number.isInteger(count) && (count as number) >= 0;
  const isCode = (code: unknown): boolean => isCount(code) && (code as number) <= MAX_CODE;
  for (const own of codes as unknown[]) {
    require(own === null ||
      (Array.isArray(own) && own.length <= 255 && own.every(isCode)), 'a code is not sound');
  }
  const counts = sizes as Sizes;
  for (const name of ['trees', 'nodes', 'splits', 'sets'] as const) {
    require(isCount(counts?.[name]), `the header has no number of ${name}`);
  }
  const kinds = ['l2', 'l1', 'huber', 'quantile', 'poisson', 'binary'];
  require(kinds.includes(
    (objective as ObjectiveName | undefined)?.kind ?? '',
  ), 'the objective is none that is known');
  // refuses a delta or a quantile outside its range
  objectiveOf(objective as ObjectiveName);
  return {
    objective: objective as ObjectiveName,
    start: start as number,
    names: names as string[],
    codes: (codes as (number[] | null)[]).map((own) => (own ? Float64Array.from(own) : undefined)),
    sizes: counts,
  };
}

function sections(first: number, { nodes, splits }: Sizes) {
  const number = first + nodes;
  const cover = number + 8 * nodes;
  const feature = cover + 4 * nodes;
  const gain = feature + 2 * splits;
  return { kind: first, number, cover, feature, gain, sets: gain + 4 * splits };
}

function bodyBytes({ nodes, splits, sets }: Sizes): number {
  return 13 * nodes + 6 * splits + 32 * sets;
}

function preorder({ roots, feature, left, right }: Forest): number[] {
  const order: number[] = [];
  for (let tree = 0; tree + 1 < roots.length; tree++) {
    const open = [roots[tree]!];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      order.push(node);
      if (feature[node]! >= 0) open.push(right[node]!, left[node]!);
    }
  }
  return order;
}

function require(holds: boolean, what: string): asserts holds {
  if (!holds) throw new BoostingRefusal('bytes', what);
}

/** The checksum of zip and PNG (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
