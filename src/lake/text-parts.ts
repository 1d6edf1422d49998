import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A part ends with the first line that reaches this size, so that a text's parts depend on its bytes alone. */
const PART_BYTES = 64 << 20;

const LINE_FEED = 10;
const QUOTE = 34;

/**
 * Writes a text that goes by into parts that end with a line, each in a file of its own, so that several threads can
 * read it and still come to the same rows in the same order.
 */
export class TextParts {
  private readonly folder: string;
  private readonly partBytes: number;
  private readonly written: string[] = [];
  private part: FileHandle | undefined;
  private bytes = 0;
  private quotes = false;

  constructor(folder: string, partBytes = PART_BYTES) {
    this.folder = folder;
    this.partBytes = partBytes;
  }

  async write(block: Buffer): Promise<void> {
    this.quotes ||= block.includes(QUOTE);
    for (let rest = block; rest.length > 0; ) {
      const end = rest.indexOf(LINE_FEED, Math.max(0, this.partBytes - 1 - this.bytes));
      const piece = end < 0 ? rest : rest.subarray(0, end + 1);
      this.part ??= await this.next();
      await this.part.writeFile(piece);
      this.bytes += piece.length;
      if (end >= 0) await this.close();
      rest = rest.subarray(piece.length);
    }
  }

  /** The parts in order, one even of an empty text. Only parts of a text without any quote can be read apart: a cell in quotes may hold line ends. */
  async finish(): Promise<{ readonly paths: readonly string[]; readonly apart: boolean }> {
    if (this.written.length === 0) this.part = await this.next();
    await this.close();
    return { paths: this.written, apart: !this.quotes };
  }

  private async next(): Promise<FileHandle> {
    const path = join(this.folder, `${String(this.written.length).padStart(6, '0')}.csv`);
    this.written.push(path);
    return open(path, 'w');
  }

  private async close(): Promise<void> {
    await this.part?.close();
    this.part = undefined;
    this.bytes = 0;
  }
}

/** Puts the later parts back behind the first and returns its path. */
export async function joinParts([first, ...later]: readonly string[]): Promise<string> {
  for (const path of later) {
    await pipeline(createReadStream(path), createWriteStream(first!, { flags: 'a' }));
    rmSync(path);
  }
  return first!;
}
