import { useQuery } from '@tanstack/preact-query';
import { Link, useLocation } from 'wouter-preact';
import type { Board, Feed, LiveCell } from '../../api/contract.ts';
import { formatCount, formatDay } from '../../show/index.ts';
import { useSearch } from '../address-bar.ts';
import { boardLiveQuestion, boardQuestion, feedsQuestion } from '../api-client.ts';
import { inOrder } from '../board-order.ts';
import { useSpeech } from '../language.ts';
import {
  type BoardAddress,
  boardHref,
  itemHref,
  readBoardAddress,
  type SortColumn,
  withAllRows,
} from '../page-address.ts';
import { BoardFilters } from '../parts/board-filters.tsx';
import { BoardSummary } from '../parts/board-summary.tsx';
import { BoardTable } from '../parts/board-table.tsx';
import { AsOfNote, ForecastProgress, Freshness } from '../parts/freshness.tsx';
import { PageShell } from '../parts/page-shell.tsx';
import { Block, Empty, Failure, Loading } from '../parts/states.tsx';

/** The feed of the address; else the first real one, else the first of all. */
function chosenFeed(feeds: readonly Feed[], wanted: string | undefined): Feed | undefined {
  const priced = feeds.filter((feed) => feed.recordKind === 'trade' || feed.recordKind === 'quote');
  return priced.find(({ id }) => id === wanted) ?? priced.find(({ simulated }) => !simulated) ?? priced[0];
}

interface MarketProps {
  readonly board: Board;
  readonly live: ReadonlyMap<string, LiveCell>;
  readonly feed: Feed;
  readonly address: BoardAddress;
  readonly go: (next: BoardAddress) => void;
}

function Nothing({ feed, address, go }: Omit<MarketProps, 'board' | 'live'>) {
  const { text, language } = useSpeech();
  const { lastDay } = feed;
  const {
    category: _category,
    market: _market,
    priceKind: _priceKind,
    date: _date,
    asOf: _asOf,
    ...plain
  } = address;
  return (
    <Empty>
      <p>{text.state.emptyBoard}</p>
      <p>
        <button type="button" onClick={() => go(plain)}>
          {text.state.clearFilters}
        </button>
        {lastDay && address.date !== lastDay && (
          <button type="button" onClick={() => go({ ...address, date: lastDay })}>
            {text.state.emptyBoardHint(formatDay(lastDay, language))}
          </button>
        )}
      </p>
    </Empty>
  );
}

function Market({ board, live, feed, address, go }: MarketProps) {
  const { text, language, stated } = useSpeech();
  const hrefOf = (series: string) =>
    itemHref({
      series,
      ...(address.asOf ? { asOf: address.asOf } : {}),
      ...(stated ? { lang: stated } : {}),
    });
  const { sort, direction } = address;
  const onSort = (column: SortColumn) => {
    const first = column === 'item' ? 'asc' : 'desc';
    const turned = direction === 'asc' ? 'desc' : 'asc';
    go({ ...address, sort: column, direction: sort === column ? turned : first });
  };
  const { sort: _sort, ...unsorted } = address;
  const caption = `${feed.name[language]} ${board.meta.day ? formatDay(board.meta.day, language) : ''}`;
  const order = sort ? text.board.sortedBy(text.column[sort]) : text.board.defaultOrder;
  return (
    <>
      <Block what="board">
        <BoardSummary board={board} hrefOf={hrefOf} />
      </Block>
      <Block what="board">
        <section class="prices" aria-labelledby="prices-heading">
          <div class="prices-head">
            <h2 id="prices-heading">{text.board.table}</h2>
            <p role="status">{order}</p>
            {sort && (
              <button type="button" class="quiet" onClick={() => go({ ...unsorted, direction: 'desc' })}>
                {text.board.resetOrder}
              </button>
            )}
            <ForecastProgress feed={feed} />
          </div>
          <BoardTable
            rows={inOrder(board.rows, sort, direction, language)}
            caption={`${caption}. ${order}`}
            sort={sort}
            direction={direction}
            onSort={onSort}
            hrefOf={hrefOf}
            live={live}
            severalKinds={feed.priceKinds.length > 1}
          />
          {board.total > board.rows.length && (
            <p class="more">
              {text.board.shown(board.rows.length, board.total)}{' '}
              <button type="button" onClick={() => go(withAllRows(address))}>
                {text.board.more} ({formatCount(board.total, language)})
              </button>
            </p>
          )}
        </section>
      </Block>
    </>
  );
}

/** What moved today, and can it be trusted? */
export function BoardPage() {
  const { text, language } = useSpeech();
  const [, navigate] = useLocation();
  const address = readBoardAddress(useSearch());
  const feeds = useQuery(feedsQuestion());
  const feed = chosenFeed(feeds.data?.feeds ?? [], address.feed);
  const board = useQuery({
    ...boardQuestion(address, feed?.id ?? ''),
    enabled: feed !== undefined,
    // Another day of the same feed may stand in while the next one comes; another feed's prices may not.
    placeholderData: (before, query) => (query?.queryKey[1] === feed?.id ? before : undefined),
  });
  const live = useQuery({
    ...boardLiveQuestion(address, feed?.id ?? ''),
    enabled: board.data?.rows.some(({ forecast }) => forecast !== null) === true,
  });
  const go = (next: BoardAddress) => navigate(boardHref(next));
  const { asOf: _asOf, ...now } = address;
  const meta = board.data?.meta;
  const priceKinds = (feed?.priceKinds ?? [])
    .filter((kind) => address.priceKind === undefined || kind === address.priceKind)
    .map((kind) => text.priceKind[kind] ?? kind)
    .join(', ');

  return (
    <PageShell
      title={feed ? `${text.board.title} · ${feed.name[language]}` : text.board.title}
      feed={feed?.id}
      simulated={feed?.simulated ?? false}
      attribution={feed?.attribution[language]}
      licence={feed?.licence}
    >
      <div class="board-head">
        <h1>
          {text.board.title}
          {feed && (
            <small>
              {feed.name[language]} · {priceKinds} · {feed.currency}
            </small>
          )}
        </h1>
        {feed && <Freshness feed={feed} meta={meta} />}
      </div>
      {feeds.isPending && <Loading height="table" />}
      {feeds.isError && !feeds.data && (
        <Failure what="feeds" error={feeds.error} onRetry={() => feeds.refetch()} />
      )}
      {feeds.data && !feed && <Empty>{text.state.emptyFeeds}</Empty>}
      {feed && (
        <>
          <BoardFilters
            feeds={feeds.data?.feeds ?? []}
            feed={feed}
            address={address}
            day={meta?.day ?? null}
            change={(part) => navigate(boardHref({ ...address, feed: feed.id, ...part } as BoardAddress))}
          />
          {address.asOf && <AsOfNote day={address.asOf} onClear={() => go(now)} />}
          {board.data?.newer && (
            <p class="newer">
              <Link href={boardHref({ ...address, feed: feed.id, date: board.data.newer.day })}>
                {text.board.newer(formatDay(board.data.newer.day, language), board.data.newer.rows)}
              </Link>
            </p>
          )}
          {board.isPending && <Loading height="table" />}
          {board.isError && !board.data && (
            <Failure what="board" error={board.error} onRetry={() => board.refetch()} />
          )}
          {board.data &&
            (board.data.rows.length === 0 ? (
              <Nothing feed={feed} address={address} go={go} />
            ) : (
              <Market
                board={board.data}
                live={new Map(live.data?.rows.map((cell) => [cell.series, cell]))}
                feed={feed}
                address={address}
                go={go}
              />
            ))}
        </>
      )}
    </PageShell>
  );
}
