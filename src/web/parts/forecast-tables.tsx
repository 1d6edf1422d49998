import type { Forecast, ForecastCell, LiveCell } from '../../api/contract.ts';
import {
  formatCount,
  formatDay,
  formatDecimal,
  formatInstant,
  formatPercent,
  formatPrice,
  formatReasons,
  formatSignedPercent,
} from '../../show/index.ts';
import { useSpeech } from '../language.ts';
import { ForecastBadge } from './forecast-badge.tsx';
import { LiveBadge } from './live-badge.tsx';
import { ModelName } from './model-name.tsx';
import { ScrollArea } from './scroll-area.tsx';

interface HorizonsProps {
  readonly cells: readonly ForecastCell[];
  readonly unit: string;
  /** By horizon. */
  readonly live: ReadonlyMap<string, LiveCell>;
}

/** Each horizon with its interval, its verdict, and what this very forecast has earned before. */
function Horizons({ cells, unit, live }: HorizonsProps) {
  const { text, language } = useSpeech();
  const price = (value: number | null) => (value === null ? text.missing : formatPrice(value, language));
  const share = (value: number | null) =>
    value === null ? text.missing : formatPercent(value * 100, language);
  return (
    <ScrollArea label={text.forecast.table}>
      <table class="figures">
        <caption>
          {text.forecast.table} ({unit})
        </caption>
        <thead>
          <tr>
            <th scope="col">{text.forecast.horizon}</th>
            <th scope="col">{text.forecast.target}</th>
            <th scope="col" class="number">
              {text.forecast.middle}
            </th>
            <th scope="col" class="number">
              {text.forecast.interval80}
            </th>
            <th scope="col">{text.forecast.statusHeading}</th>
            <th scope="col">{text.forecast.modelHeading}</th>
            <th scope="col">{text.forecast.baselineHeading}</th>
            <th scope="col" class="number">
              {text.forecast.skillHeading}
            </th>
            <th scope="col" class="number">
              {text.forecast.coverageShort}
            </th>
            <th scope="col" class="number">
              {text.forecast.originsHeading}
            </th>
          </tr>
        </thead>
        <tbody>
          {cells.map((cell) => (
            <tr key={cell.horizon}>
              <th scope="row">{text.horizon[cell.horizon] ?? cell.horizon}</th>
              <td>{cell.targetDay ? formatDay(cell.targetDay, language) : text.missing}</td>
              <td class="number">{price(cell.mean)}</td>
              <td class="number">
                <span class="forecast-range">
                  {cell.lo80 === null || cell.hi80 === null
                    ? text.missing
                    : text.forecast.range(price(cell.lo80), price(cell.hi80))}
                </span>
              </td>
              <td>
                <ForecastBadge cell={cell} />
              </td>
              <td>
                <ModelName id={cell.model} />
              </td>
              <td>
                <ModelName id={cell.baseline} />
              </td>
              <td class="number">
                {cell.mean !== null && <LiveBadge cell={live.get(cell.horizon)} />}{' '}
                {cell.skill === null ? text.missing : formatSignedPercent(cell.skill * 100, language)}
              </td>
              <td class="number">{share(cell.coverage80)}</td>
              <td class="number">
                {cell.originsScored ? formatCount(cell.originsScored, language) : text.missing}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

/** Each forecast as a sum: the level of the last weeks, what the season makes of it, what the recent move adds. */
function Reasons({ cells, unit }: { readonly cells: readonly ForecastCell[]; readonly unit: string }) {
  const { text, language } = useSpeech();
  return (
    <ScrollArea label={text.forecast.reasons}>
      <table class="figures">
        <caption>
          {text.forecast.reasons} ({unit})
        </caption>
        <thead>
          <tr>
            <th scope="col">{text.forecast.horizon}</th>
            {[text.forecast.level, text.forecast.season, text.forecast.recent, text.forecast.middle].map(
              (head) => (
                <th key={head} scope="col" class="number">
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {cells.map(({ horizon, mean, reasons }) => {
            if (mean === null || !reasons) return null;
            const { level, season, recent } = formatReasons(mean, reasons, language);
            return (
              <tr key={horizon}>
                <th scope="row">{text.horizon[horizon] ?? horizon}</th>
                <td class="number">{level}</td>
                <td class="number">{season}</td>
                <td class="number">{recent}</td>
                <td class="number">{formatPrice(mean, language)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}

const NAIVE = 'naive';
/** What the pages would have shown at each origin, chosen with only what was known there. */
const SHOWN = 'shown';

const FIRST = [NAIVE, SHOWN];
const rank = (model: string) => (FIRST.includes(model) ? FIRST.indexOf(model) : FIRST.length);

/** Every candidate at the same origins, none left out; first naive and what was shown, marked. */
function Backtest({ backtest }: Pick<Forecast, 'backtest'>) {
  const { text, language } = useSpeech();
  const horizons = [...new Set(backtest.map(({ horizon }) => horizon))];
  const score = (value: number | null, digits: number) =>
    value === null ? text.missing : formatDecimal(value, digits, language);
  if (horizons.length === 0) return <p class="missing">{text.forecast.noBacktest}</p>;
  return (
    <div class="backtests">
      {horizons.map((horizon) => {
        const rows = backtest.filter((row) => row.horizon === horizon);
        const naive = rows.find(({ model }) => model === NAIVE)?.wape ?? null;
        const ordered = rows.toSorted((a, b) => rank(a.model) - rank(b.model) || a.wape - b.wape);
        const name = text.horizon[horizon] ?? horizon;
        return (
          <ScrollArea key={horizon} label={`${text.forecast.backtest}: ${name}`}>
            <table class="figures">
              <caption>
                {name} · {text.forecast.origins(rows[0]?.origins ?? 0)}
              </caption>
              <thead>
                <tr>
                  <th scope="col">{text.forecast.modelHeading}</th>
                  {[
                    text.forecast.wape,
                    text.forecast.versusNaive,
                    text.forecast.mase,
                    text.forecast.pinball,
                    text.forecast.coverageShort,
                  ].map((head) => (
                    <th key={head} scope="col" class="number">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {ordered.map((row) => (
                  <tr key={row.model} class={row.model === NAIVE || row.model === SHOWN ? 'marked' : ''}>
                    <th scope="row">
                      <ModelName id={row.model} />
                    </th>
                    <td class="number">{formatPercent(row.wape * 100, language)}</td>
                    <td class="number">
                      {naive === null || naive === 0 || row.model === NAIVE
                        ? text.missing
                        : formatSignedPercent((row.wape / naive - 1) * 100, language)}
                    </td>
                    <td class="number">{score(row.mase, 2)}</td>
                    <td class="number">{score(row.pinball, 1)}</td>
                    <td class="number">
                      {row.coverage80 === null ? text.missing : formatPercent(row.coverage80 * 100, language)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollArea>
        );
      })}
    </div>
  );
}

/** The forecast in figures, and how every candidate would have done. */
export function ForecastTables({
  forecast,
  unit,
  live,
}: Pick<HorizonsProps, 'unit' | 'live'> & { readonly forecast: Forecast }) {
  const { text, language } = useSpeech();
  const origin = forecast.cells.find(({ originDay }) => originDay)?.originDay;
  return (
    <section class="forecast" aria-labelledby="forecast-heading">
      <h2 id="forecast-heading">{text.forecast.heading}</h2>
      <p class="lead">
        {origin && `${text.forecast.origin} ${formatDay(origin, language)}`}
        {forecast.issuedAt && ` · ${text.forecast.issued} ${formatInstant(forecast.issuedAt, language)}`}
      </p>
      {forecast.cells.length > 0 ? (
        <Horizons cells={forecast.cells} unit={unit} live={live} />
      ) : (
        <p class="missing">{text.forecast.none}</p>
      )}
      {forecast.cells.some(({ reasons }) => reasons) && (
        <>
          <h3>{text.forecast.reasons}</h3>
          <p class="lead">{text.forecast.reasonsExplain}</p>
          <Reasons cells={forecast.cells} unit={unit} />
        </>
      )}
      <details class="backtest">
        <summary>
          <h3>{text.forecast.backtest}</h3>
        </summary>
        <p class="lead">{text.forecast.backtestExplain}</p>
        <Backtest backtest={forecast.backtest} />
      </details>
    </section>
  );
}
