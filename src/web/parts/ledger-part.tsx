import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import type { ForecastCell, Ledger } from '../../api/contract.ts';
import {
  formatCount,
  formatDay,
  formatDayShort,
  formatInstant,
  formatPercent,
  formatPrice,
  formatSignedPercent,
  ledgerTextOf,
} from '../../show/index.ts';
import { ledgerQuestion, RequestFailed } from '../api-client.ts';
import { LedgerChart } from '../charts/ledger-chart.tsx';
import { firstHorizon, horizonsIn, pointsOf, type Said } from '../charts/ledger-points.ts';
import { useSpeech } from '../language.ts';
import { LiveBadge } from './live-badge.tsx';
import { ScrollArea } from './scroll-area.tsx';
import { Failure, Loading } from './states.tsx';
import { useWidth } from './use-width.ts';

export interface LedgerProps {
  readonly series: string;
  readonly asOf: string | undefined;
  readonly unit: string;
  /** The backtest of the same cells, to stand beside what was earned live. */
  readonly cells: readonly ForecastCell[];
}

/** Horizons that the board shows, by the granularity of a feed. */
const BOARD_HORIZONS = ['W4', 'S3'];
const CHART_HEIGHT = 220;
const FIRST_ROWS = 12;
const NO_RECORDS = 503;

/** What was earned live beside what the backtest has, both against the last price. */
function LiveTable({ live, alarms, cells }: Pick<Ledger, 'live' | 'alarms'> & Pick<LedgerProps, 'cells'>) {
  const { text, language } = useSpeech();
  const words = ledgerTextOf(language);
  const gain = (value: number | null) =>
    value === null ? text.missing : formatSignedPercent(value * 100, language);
  const share = (value: number | null | undefined) =>
    value === null || value === undefined ? text.missing : formatPercent(value * 100, language);
  const heads = [text.forecast.skillHeading, text.forecast.coverageShort].flatMap((head) =>
    [words.liveBadge, words.backtestBadge].map((whose) => `${head}, ${whose}`),
  );
  return (
    <ScrollArea label={words.liveHeading}>
      <table class="figures">
        <caption>{words.liveHeading}</caption>
        <thead>
          <tr>
            <th scope="col">{text.forecast.horizon}</th>
            {heads.map((head) => (
              <th key={head} scope="col" class="number">
                {head}
              </th>
            ))}
            <th scope="col" class="number">
              {words.scored}
            </th>
            <th scope="col">{text.forecast.target}</th>
            <th scope="col">{text.forecast.statusHeading}</th>
          </tr>
        </thead>
        <tbody>
          {live.map((one) => {
            const tested = cells.find(({ horizon }) => horizon === one.horizon);
            return (
              <tr key={one.horizon}>
                <th scope="row">{text.horizon[one.horizon] ?? one.horizon}</th>
                <td class="number">{gain(one.skill)}</td>
                <td class="number">
                  {gain(
                    tested?.wape == null || !tested.wapeNaive ? null : 1 - tested.wape / tested.wapeNaive,
                  )}
                </td>
                <td class="number">{share(one.coverage80)}</td>
                <td class="number">{share(tested?.coverage80)}</td>
                <td class="number">{formatCount(one.scored, language)}</td>
                <td>
                  {formatDayShort(one.firstTargetDay, language, true)} –{' '}
                  {formatDayShort(one.lastTargetDay, language, true)} (
                  {words.weeks(formatCount(one.weeks, language))})
                </td>
                <td>
                  {one.enough ? <LiveBadge cell={one} /> : words.few}{' '}
                  {alarms
                    .filter(({ horizon }) => horizon === one.horizon)
                    .map(({ kind }) => (
                      <strong key={kind} class="tag tag-stopped">
                        {words.drifts}
                      </strong>
                    ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}

interface SaidProps {
  readonly said: readonly Said[];
  readonly unit: string;
  /** The horizon's name. */
  readonly ahead: string;
}

/** Each forecast of a horizon, the newest first: said, came, and what the last price would have said. */
function SaidTable({ said, unit, ahead }: SaidProps) {
  const { text, language } = useSpeech();
  const words = ledgerTextOf(language);
  const [all, setAll] = useState(false);
  const price = (value: number | null) => (value === null ? text.missing : formatPrice(value, language));
  const off = (value: number | null, actual: number | null) =>
    value === null || actual === null || actual === 0
      ? text.missing
      : formatSignedPercent((value / actual - 1) * 100, language);
  const newest = said.toReversed();
  const shown = all ? newest : newest.slice(0, FIRST_ROWS);
  return (
    <>
      <ScrollArea label={`${words.heading}: ${ahead}`}>
        <table class="figures">
          <caption>
            {ahead} ({unit})
          </caption>
          <thead>
            <tr>
              <th scope="col">{words.issuedOn}</th>
              <th scope="col">{text.forecast.target}</th>
              {[words.said, text.forecast.interval80, words.came, words.error, words.naiveError].map(
                (head) => (
                  <th key={head} scope="col" class="number">
                    {head}
                  </th>
                ),
              )}
              <th scope="col">{words.held}</th>
              <th scope="col">{text.forecast.issued}</th>
              <th scope="col">{words.version}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={`${one.originDay} ${one.vintage} ${one.modelVersion}`}>
                <th scope="row">{formatDayShort(one.originDay, language, true)}</th>
                <td>{one.targetDay ? formatDay(one.targetDay, language) : text.missing}</td>
                <td class="number">
                  {one.mean === null ? (text.status[one.status] ?? one.status) : price(one.mean)}
                </td>
                <td class="number">
                  {one.lo80 === null || one.hi80 === null
                    ? text.missing
                    : text.forecast.range(price(one.lo80), price(one.hi80))}
                </td>
                <td class="number">{price(one.actual)}</td>
                <td class="number">{off(one.mean, one.actual)}</td>
                <td class="number">{off(one.naive, one.actual)}</td>
                <td>{one.inside80 === null ? text.missing : one.inside80 ? words.inside : words.outside}</td>
                <td>
                  {formatInstant(one.issuedAt, language)} · {words.vintage(one.vintage)}
                </td>
                <td>{one.modelVersion}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      {shown.length < newest.length && (
        <p>
          {text.board.shown(shown.length, newest.length)}{' '}
          <button type="button" onClick={() => setAll(true)}>
            {text.board.more}
          </button>
        </p>
      )}
    </>
  );
}

function Kept({ ledger, unit, cells }: Pick<LedgerProps, 'unit' | 'cells'> & { readonly ledger: Ledger }) {
  const { text, language } = useSpeech();
  const words = ledgerTextOf(language);
  const [host, width] = useWidth<HTMLDivElement>();
  const [chosen, setChosen] = useState<string>();
  const horizon = chosen ?? firstHorizon(ledger.said, BOARD_HORIZONS);
  const said = ledger.said.filter((one) => one.horizon === horizon);
  const points = pointsOf(said);
  const held = points.filter(({ inside }) => inside).length;
  const day = (date: string) => formatDayShort(date, language, true);
  return (
    <>
      {ledger.live.length > 0 ? (
        <LiveTable live={ledger.live} alarms={ledger.alarms} cells={cells} />
      ) : (
        <p class="missing">{words.notYet}</p>
      )}
      <fieldset class="ranges no-print">
        <legend class="visually-hidden">{text.forecast.horizon}</legend>
        {horizonsIn(ledger.said, Object.keys(text.horizon)).map((each) => (
          <button key={each} type="button" aria-pressed={each === horizon} onClick={() => setChosen(each)}>
            {text.horizon[each] ?? each}
          </button>
        ))}
      </fieldset>
      <div ref={host} class={points.length > 0 ? 'ledger-host' : ''}>
        {width > 0 && points.length > 0 && (
          <LedgerChart
            points={points}
            width={width}
            height={CHART_HEIGHT}
            label={words.shown(day(points[0]!.targetDay), day(points.at(-1)!.targetDay), held, points.length)}
            formatPrice={(price) => formatPrice(price, language)}
            formatDay={day}
          />
        )}
      </div>
      {points.length > 0 && <p class="lead">{words.legend}</p>}
      <SaidTable key={horizon} said={said} unit={unit} ahead={text.horizon[horizon ?? ''] ?? horizon ?? ''} />
    </>
  );
}

/** What was said of a series and what came. Without records it says so, and the rest of the page stands. */
export function LedgerPart({ series, asOf, unit, cells }: LedgerProps) {
  const { language } = useSpeech();
  const words = ledgerTextOf(language);
  const { data, error, isPending, refetch } = useQuery(ledgerQuestion(series, asOf));
  const without = error instanceof RequestFailed && error.status === NO_RECORDS;
  return (
    <section class="forecast ledger" aria-labelledby="ledger-heading">
      <h2 id="ledger-heading">{words.heading}</h2>
      <p class="lead">{words.explain}</p>
      {isPending && <Loading height="line" />}
      {!data && without && <p class="missing">{words.unavailable}</p>}
      {!data && error && !without && <Failure what="ledger" error={error} onRetry={refetch} />}
      {data && data.said.length === 0 && <p class="missing">{words.none}</p>}
      {data && data.said.length > 0 && <Kept ledger={data} unit={unit} cells={cells} />}
    </section>
  );
}
