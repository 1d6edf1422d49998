import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Bucket } from '../s3/objects.ts';
import type { S3Service } from '../s3/s3-service.ts';

const run = promisify(execFile);

/** The folder that a training container sees as /opt/ml, and what the service copies in and out of it. */
export class MlFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'sihwang-opt-ml-'));
  private readonly s3: S3Service;

  constructor(s3: S3Service) {
    this.s3 = s3;
    for (const folder of ['input/config', 'input/data', 'model', 'output/data', 'checkpoints'])
      mkdirSync(join(this.path, folder), { recursive: true });
  }

  writeConfig(name: string, content: unknown): void {
    writeFileSync(join(this.path, 'input/config', `${name}.json`), JSON.stringify(content));
  }

  /** Copies the objects below a prefix into a folder; how many there were. */
  bring(uri: string, folder: string): number {
    const { bucket, prefix } = this.locate(uri);
    const keys = bucket.keys(prefix);
    for (const key of keys) {
      const path = join(
        this.path,
        folder,
        key.slice(prefix.length).replace(/^\//, '') || key.slice(key.lastIndexOf('/') + 1),
      );
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bucket.get(key).bytes);
    }
    return keys.length;
  }

  /** Makes the objects below a prefix what a folder holds; a file that is gone is deleted there. */
  mirror(folder: string, uri: string, now: Date): void {
    const { bucket, prefix } = this.locate(uri);
    const root = join(this.path, folder);
    const kept = new Set<string>();
    for (const path of filesBelow(root)) {
      const key = `${prefix.replace(/\/$/, '')}/${relative(root, path)}`;
      kept.add(key);
      bucket.put(key, readFileSync(path), {}, {}, now);
    }
    for (const key of bucket.keys(prefix)) if (!kept.has(key)) bucket.delete(key);
  }

  /** Puts a folder as one `.tar.gz` object; nothing when it is empty. */
  async archive(folder: string, uri: string, now: Date): Promise<string | null> {
    const root = join(this.path, folder);
    if (filesBelow(root).length === 0) return null;
    const file = join(this.path, `.${folder.replaceAll('/', '-')}.tar.gz`);
    await run('tar', ['-czf', file, '-C', root, '.']);
    const { bucket, prefix } = this.locate(uri);
    bucket.put(prefix, readFileSync(file), {}, {}, now);
    return uri;
  }

  /** What the program wrote about its failure, as far as the service hands it back. */
  failure(): string | null {
    const path = join(this.path, 'output/failure');
    return existsSync(path) ? [...readFileSync(path, 'utf8')].slice(0, 1024).join('') : null;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private locate(uri: string): { readonly bucket: Bucket; readonly prefix: string } {
    const [, name, prefix] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
    const bucket = this.s3.buckets.get(name ?? '');
    if (!bucket) throw new Error(`no bucket in ${uri}`);
    return { bucket, prefix: prefix! };
  }
}

function filesBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isFile());
}
