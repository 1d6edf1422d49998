import type { FeedProfile, HandOver, TableShape } from '../domain/index.ts';
import type { Connector } from './fetch/connector.ts';
import type { Rule } from './rules/rule.ts';
import { compileRule } from './rules/rule.ts';

/** One source of data: what it is, the published forms of its table, and what is made of each row. */
export interface Feed {
  readonly profile: FeedProfile;
  readonly shapes: readonly TableShape[];
  readonly rules: readonly Rule[];
  /** How it is asked over HTTP; absent for a feed that comes as files alone. */
  readonly connector?: Connector;
}

const BYTE_ORDER_MARK = '\uFEFF';

/** The cells of one header line; a quoted cell may hold the delimiter, and a doubled quote is one quote. */
export function headerCells(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at]!;
    if (quoted && char === '"' && line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += char;
  }
  cells.push(cell.trim());
  return cells;
}

/** The published form that a file's first line announces; undefined when it is none that this feed knows. */
export function recogniseShape(feed: Feed, headerLine: string): TableShape | undefined {
  const line = headerLine.startsWith(BYTE_ORDER_MARK) ? headerLine.slice(1) : headerLine;
  return feed.shapes.find((shape) => {
    const cells = headerCells(line, shape.delimiter);
    return cells.length === shape.header.length && cells.every((cell, at) => cell === shape.header[at]);
  });
}

/** Everything the lake needs to take in one file of this form. */
export function handOver(feed: Feed, shape: TableShape): HandOver {
  return { profile: feed.profile, shape, rules: feed.rules.map(compileRule) };
}
