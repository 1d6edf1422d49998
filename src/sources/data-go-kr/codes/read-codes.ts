import { readEnvelope } from '../envelope.ts';
import { cellText, type Item } from '../item.ts';
import { CODE_TABLES, type CodeTable } from './tables.ts';

/** One code of a table with its names, coarse to fine: `10-01-05`, 엽경채류 · 배추 · 고냉지배추. */
interface Code {
  /** Joined by hyphens where it has several parts, as in the keys of the trade feeds. Leading zeros stay. */
  readonly code: string;
  readonly names: readonly string[];
}

/**
 * The codes of a table out of all its answers, by code; of one that comes twice the later holds. Rows without a whole
 * code are left out: a table names things and has nothing to put aside. A missing name is empty text. Never throws.
 */
export function readCodes(table: CodeTable, answers: Iterable<string>): readonly Code[] {
  const codes = new Map<string, Code>();
  for (const body of answers) {
    const envelope = readEnvelope({ status: 200, body });
    if (!envelope.ok) continue;
    for (const row of envelope.items) {
      const code = codeOf(row, CODE_TABLES[table]);
      if (code) codes.set(code.code, code);
    }
  }
  return [...codes.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

function codeOf(row: Item, columns: readonly (readonly [code: string, name: string])[]): Code | undefined {
  const parts = columns.map(([code]) => cellText(row[code])?.trim());
  if (parts.includes(undefined)) return undefined;
  return { code: parts.join('-'), names: columns.map(([, name]) => cellText(row[name])?.trim() ?? '') };
}
