import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { TableShape } from '../domain/index.ts';
import { temporaryName } from '../store/index.ts';
import type { Commit } from './commit-log.ts';
import type { Home } from './home.ts';
import { type RawRecord, readRawText, writeRawText } from './raw-files.ts';
import type { Texts } from './take-in-sql.ts';

/** Receipts that say something the lake does not know yet, and the last commit that names one of the others. */
export function freshReceipts(
  commits: readonly Commit[],
  receipts: readonly RawRecord[],
): { readonly fresh: readonly RawRecord[]; readonly lastNamed: Commit | undefined } {
  const known = new Map<string, { readonly commit: Commit; readonly answers: string }>();
  for (const commit of commits)
    for (const [chunk, answers] of byChunk(commit.raws))
      known.set(chunk, { commit, answers: idsOf(answers) });
  const fresh: RawRecord[] = [];
  let lastNamed: Commit | undefined;
  for (const [chunk, answers] of byChunk(receipts)) {
    const before = known.get(chunk);
    if (before?.answers !== idsOf(answers)) fresh.push(...answers);
    else if (lastNamed === undefined || before.commit.number > lastNamed.number) lastNamed = before.commit;
  }
  return { fresh, lastNamed };
}

function byChunk(raws: readonly RawRecord[]): Map<string, RawRecord[]> {
  const chunks = new Map<string, RawRecord[]>();
  for (const raw of raws) {
    const chunk = raw.chunk ?? `file ${raw.rawId}`;
    chunks.set(chunk, [...(chunks.get(chunk) ?? []), raw]);
  }
  return chunks;
}

function idsOf(raws: readonly RawRecord[]): string {
  return raws.map((raw) => raw.rawId).join(' ');
}

/**
 * Writes each answer as a text table of its own, so that a cell left open in one cannot swallow the next.
 */
export async function writeAnswerTexts(
  home: Home,
  shape: TableShape,
  raws: readonly RawRecord[],
): Promise<Texts & { discard(): void }> {
  const folder = temporaryName(home.at('temp', 'answers'));
  mkdirSync(folder);
  const discard = () => rmSync(folder, { recursive: true, force: true });
  try {
    const paths: string[] = [];
    for (const [at, raw] of raws.entries()) {
      const path = join(folder, `${String(at).padStart(6, '0')}.csv`);
      if (shape.decode)
        writeCells(path, shape.header, shape.decode(await readRawText(home, raw), raw.request?.query ?? {}));
      else await writeRawText(home, raw, path);
      paths.push(path);
    }
    const cells = shape.decode ? OWN_CELLS : { delimiter: shape.delimiter, quote: shape.quote ?? '"' };
    return { paths, raws, ...cells, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

const OWN_CELLS = { delimiter: ',', quote: '"' } as const;
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
