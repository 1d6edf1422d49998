import { Link } from 'wouter-preact';
import type { Board } from '../../api/contract.ts';
import { formatCount, type Sentence, summarise } from '../../show/index.ts';
import { factsOf } from '../board-facts.ts';
import { useSpeech } from '../language.ts';

function Words({
  sentence,
  hrefOf,
}: {
  readonly sentence: Sentence;
  readonly hrefOf: (series: string) => string;
}) {
  return (
    <>
      {sentence.map((piece, index) => {
        const tone = piece.direction ? `change-${piece.direction}` : '';
        // Pieces never move within their sentence, so their place is their key.
        const key = `${index}${piece.series ?? ''}`;
        if (piece.series)
          return (
            <Link key={key} href={hrefOf(piece.series)}>
              {piece.text}
            </Link>
          );
        return (
          <span key={key} class={tone}>
            {piece.text}
          </span>
        );
      })}
    </>
  );
}

const WIDTH = 1000;

/** How many rose, fell, stayed: one bar of four parts, with its numbers beside it. */
function Breadth({ breadth }: Pick<Board, 'breadth'>) {
  const { text, language } = useSpeech();
  const { up, down, unchanged, without } = breadth;
  const total = Math.max(1, up + down + unchanged + without);
  const parts = [
    { name: 'up', count: up, label: text.board.up, glyph: '▲' },
    { name: 'flat', count: unchanged, label: text.board.unchanged, glyph: '' },
    { name: 'without', count: without, label: text.board.without, glyph: '' },
    { name: 'down', count: down, label: text.board.down, glyph: '▼' },
  ] as const;
  let x = 0;
  return (
    <div class="breadth">
      <svg
        role="img"
        aria-label={text.board.breadthLabel(up, down, unchanged, without)}
        viewBox={`0 0 ${WIDTH} 10`}
        preserveAspectRatio="none"
        class="breadth-bar"
      >
        {parts.map(({ name, count }) => {
          const width = (count / total) * WIDTH;
          const left = x;
          x += width;
          return (
            count > 0 && (
              <rect
                key={name}
                class={`breadth-${name}`}
                x={left}
                y="0"
                width={Math.max(0, width - 3)}
                height="10"
              />
            )
          );
        })}
      </svg>
      <p class="breadth-words" aria-hidden="true">
        {parts.map(
          ({ name, count, label, glyph }) =>
            (count > 0 || name === 'up' || name === 'down') && (
              <span key={name} class={`change-${name}`}>
                {glyph} {label} <b>{formatCount(count, language)}</b>
              </span>
            ),
        )}
      </p>
    </div>
  );
}

/** The day in sentences, with its breadth. Every name leads to its item. */
export function BoardSummary({
  board,
  hrefOf,
}: {
  readonly board: Board;
  readonly hrefOf: (series: string) => string;
}) {
  const { text, language } = useSpeech();
  const facts = factsOf(board, language);
  if (!facts) return null;
  return (
    <section class="summary" aria-labelledby="summary-heading">
      <h2 id="summary-heading">{text.board.summary}</h2>
      <div>
        {summarise(facts, language).map((sentence) => (
          <p key={sentence[0]?.text}>
            <Words sentence={sentence} hrefOf={hrefOf} />
          </p>
        ))}
      </div>
      <Breadth breadth={board.breadth} />
    </section>
  );
}
