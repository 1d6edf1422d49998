import { readEnvelope } from './envelope.ts';
import { itemCells } from './item.ts';

/** Reads the rows of one answer as cells in the header's order; an answer that is a refusal has none. Never throws. */
export function decodeRows(header: readonly string[]): (answer: string) => (string | null)[][] {
  return (answer) => {
    const envelope = readEnvelope({ status: 200, body: answer });
    return envelope.ok ? envelope.items.map((item) => itemCells(item, header)) : [];
  };
}
