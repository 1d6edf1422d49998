import type { ServingReader } from '../lake/index.ts';
import type { BoardRow, Meta } from './answers.ts';
import { type BoardQuestion, board, directionOf } from './board.ts';

/** What moved most against its previous market day, upwards and downwards? */
export type MoversQuestion = Omit<BoardQuestion, 'limit'> & {
  /** Rows each way; 5 by default. */
  readonly count?: number | undefined;
};

export interface Movers {
  readonly meta: Meta;
  /** Strongest first; rows that rounded to no change are in neither list. */
  readonly up: BoardRow[];
  readonly down: BoardRow[];
}

export async function movers(reader: ServingReader, question: MoversQuestion): Promise<Movers> {
  const { count = 5, ...day } = question;
  const { meta, rows } = await board(reader, day);
  const change = (row: BoardRow) => row.previous?.changePercent ?? 0;
  return {
    meta,
    up: rows
      .filter((row) => directionOf(row) === 'up')
      .sort((a, b) => change(b) - change(a))
      .slice(0, count),
    down: rows
      .filter((row) => directionOf(row) === 'down')
      .sort((a, b) => change(a) - change(b))
      .slice(0, count),
  };
}
