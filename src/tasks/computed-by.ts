import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a result depends on beside its snapshot, parameters and seed: with all of it equal, the bytes are equal. */
export interface ComputedBy {
  /** The package's version, and a hash of the code that computes and of the packages that it computes with. */
  readonly codeVersion: string;
  readonly nodeMajor: number;
  /** Numbers are rounded by the language's rules, so processors of one architecture agree. */
  readonly cpuClass: string;
  /**
   * SHA-256 of the lock file that the packages were installed by, in a clone and in the image; null where nobody knows:
   * npm installs a published package without one.
   */
  readonly lockSha256: string | null;
}

/** The rooms in which numbers are made, and the packages that make numbers for them. */
const ROOMS = ['domain', 'models', 'evaluate', 'forecast', 'tasks'];
const PACKAGES = ['@duckdb/node-api'];

let known: ComputedBy | undefined;

/** What this process computes with. */
export function computedBy(): ComputedBy {
  known ??= {
    codeVersion: codeVersion(),
    nodeMajor: Number(process.versions.node.split('.')[0]),
    cpuClass: process.arch,
    lockSha256: lockSha256(),
  };
  return known;
}

function codeVersion(): string {
  const manifest = JSON.parse(readFileSync(join(SRC, '..', 'package.json'), 'utf8')) as { version: string };
  return `${manifest.version}+${codeHash(ROOMS)}`;
}

function lockSha256(): string | null {
  const path = join(SRC, '..', 'package-lock.json');
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null;
}

const SRC = fileURLToPath(new URL('..', import.meta.url));
const hashes = new Map<string, string>();

/** A hash of the code of rooms and of the packages that make numbers for them; read once a process. */
export function codeHash(rooms: readonly string[]): string {
  const key = rooms.join();
  const before = hashes.get(key);
  if (before !== undefined) return before;
  const require = createRequire(import.meta.url);
  const hash = createHash('sha256');
  for (const name of PACKAGES) hash.update(`${name}\n${entryOf(require, name)}\n`);
  for (const room of rooms) {
    for (const path of codeBelow(join(SRC, room))) {
      hash.update(`${relative(SRC, path)}\n`);
      hash.update(readFileSync(path));
    }
  }
  const found = hash.digest('hex').slice(0, 12);
  hashes.set(key, found);
  return found;
}

/** The installed version of a package. */
function entryOf(require: NodeJS.Require, name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version;
}

function codeBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(js|ts)$/.test(name) && !/\.(test|d)\.ts$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}
