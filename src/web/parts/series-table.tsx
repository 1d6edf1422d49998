import { useState } from 'preact/hooks';
import type { Series } from '../../api/contract.ts';
import { formatDay, formatPrice, formatVolume } from '../../show/index.ts';
import { dayNumberOf, dayOf } from '../charts/chart-columns.ts';
import { useSpeech } from '../language.ts';
import { ScrollArea } from './scroll-area.tsx';

const PAGE_ROWS = 25;

interface TableProps {
  readonly series: Series;
  readonly name: string;
  /** The price label, as in the column heads. */
  readonly unit: string;
}

/** Every day of the chart in figures, newest first, 25 a page; each missing day says why it is missing. */
export function SeriesTable({ series, name, unit }: TableProps) {
  const { text, language } = useSpeech();
  const [page, setPage] = useState(0);
  const total = series.price.length;
  const first = page * PAGE_ROWS;
  const last = Math.min(total, first + PAGE_ROWS);
  const closed = new Set(series.closed);
  const leftOut = new Map(series.leftOut.map(({ index, reason }) => [index, reason]));
  const start = dayNumberOf(series.start);
  const indices = Array.from({ length: last - first }, (_, row) => total - 1 - first - row);
  const priceOr = (value: number | null | undefined) =>
    value === null || value === undefined ? text.missing : formatPrice(value, language);
  const noteOf = (index: number): string => {
    const reason = leftOut.get(index);
    if (reason !== undefined) return text.item.leftOut(text.leftOutReason[reason] ?? reason);
    if ((series.price[index] ?? null) !== null) return '';
    return closed.has(index) ? text.item.closed : text.item.noTrade;
  };
  return (
    <div class="series-table">
      <ScrollArea label={text.item.tableCaption(name)}>
        <table>
          <caption>
            {text.item.tableCaption(name)} ({unit})
          </caption>
          <thead>
            <tr>
              <th scope="col">{text.item.day}</th>
              {[text.column.price, text.item.low, text.item.high, text.normal.name, text.column.volume].map(
                (head) => (
                  <th key={head} scope="col" class="number">
                    {head}
                  </th>
                ),
              )}
              <th scope="col">{text.item.note}</th>
            </tr>
          </thead>
          <tbody>
            {indices.map((index) => {
              const day = dayOf(start + index * series.stepDays);
              const volumeKg = series.volumeKg[index] ?? null;
              return (
                <tr key={day}>
                  <th scope="row">
                    <time dateTime={day}>{formatDay(day, language)}</time>
                  </th>
                  <td class="number">{priceOr(series.price[index])}</td>
                  <td class="number">{priceOr(series.low[index])}</td>
                  <td class="number">{priceOr(series.high[index])}</td>
                  <td class="number">{priceOr(series.normal[index])}</td>
                  <td class="number">
                    {volumeKg === null ? text.missing : formatVolume(volumeKg, language)}
                  </td>
                  <td>{noteOf(index)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollArea>
      <p class="pager">
        <button type="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
          {text.item.newer}
        </button>
        <span role="status">{text.item.rows(first + 1, last, total)}</span>
        <button type="button" disabled={last >= total} onClick={() => setPage(page + 1)}>
          {text.item.older}
        </button>
      </p>
    </div>
  );
}
