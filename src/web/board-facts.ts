import type { Board, BoardRow } from '../api/contract.ts';
import { changePercent, type Language, type SummaryFacts, type SummaryMover, textOf } from '../show/index.ts';

/** An item that stands on the board at several price kinds is named with its own. */
function asMover(row: BoardRow | undefined, language: Language, severalKinds: boolean): SummaryMover | null {
  if (!row?.previous) return null;
  const name = row.item.name[language];
  const kind = textOf(language).priceKind[row.priceKind] ?? row.priceKind;
  return {
    name: severalKinds ? `${name} (${kind})` : name,
    series: row.series,
    changePercent: row.previous.changePercent,
    volumeChangePercent: changePercent(row.previousVolumeKg, row.volumeKg),
  };
}

/** Where today's price stands to the forecasts that are shown: outside the whole 80% interval, or within it. */
function outlookOf(rows: readonly BoardRow[]): SummaryFacts['outlook'] {
  const outlook = { higher: 0, lower: 0, around: 0 };
  let shown = 0;
  for (const { price, forecast } of rows) {
    if (!forecast || forecast.lo80 === null || forecast.hi80 === null) continue;
    if (forecast.status === 'withheld' || forecast.status === 'being-computed') continue;
    shown++;
    if (forecast.lo80 > price) outlook.higher++;
    else if (forecast.hi80 < price) outlook.lower++;
    else outlook.around++;
  }
  return shown > 0 ? outlook : null;
}

/** What the summary sentences speak of; null when the board has no day. */
export function factsOf(board: Board, language: Language): SummaryFacts | null {
  if (board.meta.day === null || board.rows.length === 0) return null;
  const compared = board.rows
    .filter((row) => row.previous !== null)
    .sort((a, b) => (b.previous?.changePercent ?? 0) - (a.previous?.changePercent ?? 0));
  const severalKinds = new Set(board.rows.map((row) => row.priceKind)).size > 1;
  return {
    day: board.meta.day,
    ...board.breadth,
    risen: asMover(compared[0], language, severalKinds),
    fallen: asMover(compared.at(-1), language, severalKinds),
    outlook: outlookOf(board.rows),
    computing: board.rows.filter((row) => row.forecast?.status === 'being-computed').length,
  };
}
