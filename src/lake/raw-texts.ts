import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TableShape } from '../domain/index.ts';
import { temporaryName } from '../store/index.ts';
import type { Home } from './home.ts';
import { type RawRecord, readRawText, writeRawText } from './raw-files.ts';
import type { Texts } from './take-in-sql.ts';
import { joinParts } from './text-parts.ts';

/**
 * Writes what was received as text tables, each in a file of its own, so that a cell left open in one cannot swallow
 * the next; the caller discards them.
 */
export async function textsOf(
  home: Home,
  shape: TableShape,
  raws: readonly RawRecord[],
): Promise<Texts & { discard(): void }> {
  const folder = temporaryName(home.at('temp', 'texts'));
  mkdirSync(folder);
  const discard = () => rmSync(folder, { recursive: true, force: true });
  try {
    const paths: string[] = [];
    for (const [at, raw] of raws.entries()) {
      const path = join(folder, `${String(at).padStart(6, '0')}.csv`);
      if (shape.decode && isAnswer(raw)) {
        writeCells(path, shape.header, shape.decode(await readRawText(home, raw), raw.request?.query ?? {}));
        paths.push(path);
      } else if (raws.length === 1) paths.push(...(await writeRawText(home, raw, folder)));
      else paths.push(await wholeText(home, raw, path));
    }
    return { paths, raws, ...cellsOf(shape, raws[0]!), discard };
  } catch (error) {
    discard();
    throw error;
  }
}

/** One text among several stays in one file, whose place in the list is in its name. */
async function wholeText(home: Home, raw: RawRecord, path: string): Promise<string> {
  const folder = `${path}-parts`;
  mkdirSync(folder);
  renameSync(await joinParts(await writeRawText(home, raw, folder)), path);
  return path;
}

/** How the cells of a raw's text table are told apart: as its publisher does, or as we wrote them. */
export function cellsOf(shape: TableShape, raw: RawRecord): Pick<Texts, 'delimiter' | 'quote'> {
  return (shape.decode && isAnswer(raw)) || raw.encoding === 'parquet'
    ? { delimiter: ',', quote: '"' }
    : { delimiter: shape.delimiter, quote: shape.quote ?? '"' };
}

function isAnswer(raw: RawRecord): boolean {
  return raw.chunk !== undefined;
}

const FLUSH_LETTERS = 1 << 20;

function writeCells(
  path: string,
  header: readonly string[],
  rows: Iterable<readonly (string | null)[]>,
): void {
  const descriptor = openSync(path, 'w');
  try {
    let text = `${header.map(quotedCell).join(',')}\n`;
    for (const row of rows) {
      text += `${row.map(quotedCell).join(',')}\n`;
      if (text.length < FLUSH_LETTERS) continue;
      writeSync(descriptor, text);
      text = '';
    }
    writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** An absent cell is left empty, an empty one is enclosed; DuckDB tells them apart. No text table can hold a zero byte. */
function quotedCell(cell: string | null): string {
  if (cell === null) return '';
  const plain = cell.replaceAll('\0', '\uFFFD').replace(/\r\n?/g, '\n').replaceAll('"', '""');
  return `"${plain}"`;
}
