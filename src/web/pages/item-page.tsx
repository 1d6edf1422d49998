import { useQuery } from '@tanstack/preact-query';
import { Link, useLocation } from 'wouter-preact';
import type { Feed, Forecast, LiveCell, Series } from '../../api/contract.ts';
import { formatDayShort, priceUnit } from '../../show/index.ts';
import { useSearch } from '../address-bar.ts';
import {
  csvHref,
  explainHref,
  feedOfSeries,
  feedsQuestion,
  forecastQuestion,
  ledgerQuestion,
  seriesQuestion,
} from '../api-client.ts';
import { findingOf } from '../charts/chart-finding.ts';
import { useSpeech } from '../language.ts';
import { boardHref, type ItemAddress, itemHref, readItemAddress } from '../page-address.ts';
import { specOf } from '../parts/board-table.tsx';
import { ForecastTables } from '../parts/forecast-tables.tsx';
import { AsOfNote, ForecastProgress, Freshness } from '../parts/freshness.tsx';
import { ItemKpis } from '../parts/item-kpis.tsx';
import { LedgerPart } from '../parts/ledger-part.tsx';
import { PageShell } from '../parts/page-shell.tsx';
import { PriceFigure } from '../parts/price-figure.tsx';
import { SeasonFigure } from '../parts/season-figure.tsx';
import { Block, Empty, Failure, Loading } from '../parts/states.tsx';

function Siblings({ series, address }: { readonly series: Series; readonly address: ItemAddress }) {
  const { text, language } = useSpeech();
  return (
    <section class="siblings-part" aria-labelledby="siblings-heading">
      <h2 id="siblings-heading">{text.item.siblings}</h2>
      {series.siblings.length === 0 ? (
        <p class="missing">{text.item.noSiblings}</p>
      ) : (
        <ul class="siblings">
          {series.siblings.map((sibling) => (
            <li key={sibling.series}>
              <Link href={itemHref({ ...address, series: sibling.series })}>{specOf(sibling, language)}</Link>
              <small>
                {text.priceKind[sibling.priceKind] ?? sibling.priceKind},{' '}
                {priceUnit(sibling.currency, sibling.unit, language)}
              </small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface ViewProps {
  readonly series: Series;
  readonly forecast: Forecast | undefined;
  /** What the forecasts have earned since they were issued, by horizon. */
  readonly live: ReadonlyMap<string, LiveCell>;
  readonly feed: Feed | undefined;
  readonly address: ItemAddress;
  readonly go: (next: ItemAddress) => void;
}

function ItemView({ series, forecast, live, feed, address, go }: ViewProps) {
  const { text, language } = useSpeech();
  const { info, latest } = series;
  const name = `${info.item.name[language]} ${specOf(info, language)}`;
  const cell = forecast?.cells.find(({ horizon }) => horizon === 'W4') ?? latest?.forecast ?? undefined;
  if (series.price.every((price) => price === null)) return <Empty>{text.state.emptySeries}</Empty>;
  return (
    <>
      <Block what="series">
        {latest && (
          <ItemKpis
            row={latest}
            day={series.meta.day}
            forecast={cell}
            live={cell && live.get(cell.horizon)}
          />
        )}
      </Block>
      {series.countWeight && <p class="kpi-note">{series.countWeight.says[language]}</p>}
      {series.meta.day && (
        <p class="no-print">
          <a href={explainHref(info.series, series.meta.day, address.asOf)} download>
            {text.item.explain(formatDayShort(series.meta.day, language))}
          </a>
        </p>
      )}
      <Block what="series">
        <PriceFigure
          series={series}
          forecast={forecast}
          name={name}
          finding={findingOf(series, forecast, text, language)}
          range={address.range}
          rangeMeaning={feed?.rangeMeaning ?? 'none'}
          csv={csvHref(info.series, address.asOf)}
          onRange={(range) => go({ ...address, range })}
        />
      </Block>
    </>
  );
}

/** Is today dear or cheap, and what next? */
export function ItemPage() {
  const words = useSpeech();
  const { text, language, stated } = words;
  const [, navigate] = useLocation();
  const address = readItemAddress(useSearch());
  const key = address.series ?? '';
  const feedId = feedOfSeries(key);
  const feeds = useQuery(feedsQuestion());
  const series = useQuery({ ...seriesQuestion(key, address.asOf), enabled: key !== '' });
  const forecast = useQuery({ ...forecastQuestion(key, address.asOf), enabled: key !== '' });
  const ledger = useQuery({ ...ledgerQuestion(key, address.asOf), enabled: key !== '' });
  const live = new Map(ledger.data?.live.map((cell) => [cell.horizon, cell]));
  const feed = feeds.data?.feeds.find(({ id }) => id === feedId);
  const meta = series.data?.meta;
  const info = series.data?.info;
  const go = (next: ItemAddress) => navigate(itemHref(next), { replace: true });
  const { asOf: _asOf, ...now } = address;
  const clearAsOf = () => go(now);
  const title = info ? info.item.name[language] : text.item.chart;

  return (
    <PageShell
      title={title}
      feed={feedId || undefined}
      simulated={meta?.simulated ?? feed?.simulated ?? false}
      attribution={(meta?.attribution ?? feed?.attribution)?.[language]}
      licence={feed?.licence}
    >
      <div class="board-head">
        <div>
          <p class="crumb no-print">
            <Link
              href={boardHref({
                ...(feedId ? { feed: feedId } : {}),
                ...(address.asOf ? { asOf: address.asOf } : {}),
                ...(stated ? { lang: stated } : {}),
              })}
            >
              {text.nav.board}
            </Link>
          </p>
          <h1>
            {title}
            {info && (
              <small>
                {specOf(info, language)} · {text.priceKind[info.priceKind] ?? info.priceKind}
              </small>
            )}
          </h1>
        </div>
        {key !== '' && <Freshness feed={feed} meta={meta} />}
      </div>
      {key === '' && <Empty>{text.state.noSeries}</Empty>}
      {key !== '' && (
        <div class="item-tools no-print">
          <label>
            <span>{text.board.asOf}</span>
            <input
              type="date"
              value={address.asOf ?? ''}
              onChange={(event) => {
                const day = event.currentTarget.value;
                go(day ? { ...now, asOf: day } : now);
              }}
            />
          </label>
          {feed && <ForecastProgress feed={feed} />}
        </div>
      )}
      {address.asOf && <AsOfNote day={address.asOf} onClear={clearAsOf} />}
      {key !== '' && series.isPending && <Loading height="chart" />}
      {series.isError && !series.data && (
        <Failure what="series" error={series.error} onRetry={() => series.refetch()} />
      )}
      {series.data && (
        <ItemView
          series={series.data}
          forecast={forecast.data}
          live={live}
          feed={feed}
          address={address}
          go={go}
        />
      )}
      {series.data && forecast.isPending && <Loading height="line" />}
      {forecast.isError && !forecast.data && series.data && (
        <Failure what="forecast" error={forecast.error} onRetry={() => forecast.refetch()} />
      )}
      {forecast.data && series.data && (
        <Block what="forecast">
          <ForecastTables
            forecast={forecast.data}
            unit={priceUnit(series.data.info.currency, series.data.info.unit, language)}
            live={live}
          />
        </Block>
      )}
      {series.data && (
        <Block what="ledger">
          <LedgerPart
            series={key}
            asOf={address.asOf}
            unit={priceUnit(series.data.info.currency, series.data.info.unit, language)}
            cells={forecast.data?.cells ?? []}
          />
        </Block>
      )}
      {series.data && (
        <Block what="series">
          <SeasonFigure series={series.data} />
        </Block>
      )}
      {series.data && <Siblings series={series.data} address={address} />}
    </PageShell>
  );
}
