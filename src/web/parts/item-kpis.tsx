import type { ComponentChildren } from 'preact';
import type { BoardRow, ForecastCell, LiveCell } from '../../api/contract.ts';
import {
  changePercent,
  formatDayShort,
  formatPrice,
  formatSignedPercent,
  formatVolume,
  priceUnit,
} from '../../show/index.ts';
import { useSpeech } from '../language.ts';
import { ChangeLabel } from './change-label.tsx';
import { Earned, ForecastBadge } from './forecast-badge.tsx';
import { LiveBadge } from './live-badge.tsx';

function Kpi({
  label,
  value,
  children,
}: {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="kpi">
      <dt>{label}</dt>
      <dd class="kpi-value">{value}</dd>
      {children && <dd class="kpi-note">{children}</dd>}
    </div>
  );
}

function Against({ label, value }: { readonly label: string; readonly value: BoardRow['previous'] }) {
  const { text, language } = useSpeech();
  if (!value) return <Kpi label={label} value={<span class="missing">{text.missing}</span>} />;
  return (
    <Kpi label={label} value={<ChangeLabel percent={value.changePercent} />}>
      {formatPrice(value.price, language)} ·{' '}
      <time dateTime={value.day}>{formatDayShort(value.day, language)}</time>
    </Kpi>
  );
}

interface KpisProps {
  readonly row: BoardRow;
  readonly day: string | null;
  readonly forecast: ForecastCell | undefined;
  /** What this forecast has earned since it was issued. */
  readonly live: LiveCell | undefined;
}

/** The row of figures under the title: today, what it is compared with, arrivals, and four weeks ahead. */
export function ItemKpis({ row, day, forecast, live }: KpisProps) {
  const { text, language } = useSpeech();
  const arrivals = changePercent(row.previousVolumeKg, row.volumeKg);
  const normal = row.normal;
  const shown =
    forecast && forecast.lo80 !== null && forecast.hi80 !== null && forecast.status !== 'withheld'
      ? text.forecast.range(formatPrice(forecast.lo80, language), formatPrice(forecast.hi80, language))
      : null;
  return (
    <dl class="kpis" aria-label={text.item.kpi}>
      <Kpi
        label={text.item.today}
        value={
          <>
            <b class="kpi-price">{formatPrice(row.price, language)}</b>{' '}
            <small>{priceUnit(row.currency, row.unit, language)}</small>
          </>
        }
      >
        {row.low !== null && row.high !== null && (
          <>{text.forecast.range(formatPrice(row.low, language), formatPrice(row.high, language))} · </>
        )}
        {day && <time dateTime={day}>{formatDayShort(day, language)}</time>}
      </Kpi>
      <Against label={text.column.previous} value={row.previous} />
      <Against label={text.column.week} value={row.week} />
      <Against label={text.column.year} value={row.year} />
      {normal ? (
        <Kpi
          label={normal.kind === 'normal' ? text.column.normal : text.normal.mean(normal.years)}
          value={<ChangeLabel percent={normal.changePercent} />}
        >
          {formatPrice(normal.price, language)} (
          {text.forecast.range(formatPrice(normal.low, language), formatPrice(normal.high, language))})
        </Kpi>
      ) : (
        <Kpi label={text.column.normal} value={<span class="missing">{text.normal.none}</span>} />
      )}
      <Kpi
        label={text.column.volume}
        value={
          row.volumeKg === null ? (
            <span class="missing">{text.missing}</span>
          ) : (
            formatVolume(row.volumeKg, language)
          )
        }
      >
        {arrivals !== null && formatSignedPercent(arrivals, language)}
      </Kpi>
      <Kpi
        label={text.column.forecast}
        value={
          shown ? <span class="forecast-range">{shown}</span> : <span class="missing">{text.missing}</span>
        }
      >
        {forecast ? (
          <>
            <ForecastBadge cell={forecast} /> {shown && <Earned cell={forecast} />}{' '}
            {shown && <LiveBadge cell={live} />}
          </>
        ) : (
          text.forecast.none
        )}
      </Kpi>
    </dl>
  );
}
