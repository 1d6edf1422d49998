import type { Feed, Meta } from '../../api/contract.ts';
import { formatCount, formatDay, formatDayShort, formatInstant, reachNow } from '../../show/index.ts';
import { useSpeech } from '../language.ts';

interface FreshnessProps {
  /** Absent until the list of feeds has come. */
  readonly feed: Feed | undefined;
  readonly meta: Meta | undefined;
}

/** Until when and what comes next, or that nothing came for too long; received when, which version, and whether "known then" is observed or assumed. */
export function Freshness({ feed, meta }: FreshnessProps) {
  const { text, language } = useSpeech();
  const receivedAt = meta?.receivedAt ?? feed?.receivedAt ?? null;
  const version = meta?.version ?? feed?.version;
  const reach = feed ? reachNow(feed, Date.now()) : null;
  return (
    <section class="freshness" aria-label={text.freshness.heading}>
      {meta?.day && (
        <p class="freshness-day">
          <span class="visually-hidden">{text.board.day} </span>
          <time dateTime={meta.day}>{formatDay(meta.day, language)}</time>
        </p>
      )}
      <ul>
        {feed?.lastDay && (
          <li>
            {text.freshness.through} <b>{formatDayShort(feed.lastDay, language, true)}</b>
          </li>
        )}
        {reach?.stopped && (
          <li class="tag tag-stopped">{text.freshness.stopped(formatCount(reach.daysOld, language))}</li>
        )}
        {reach?.nextDay && (
          <li>
            {text.freshness.next} <b>{formatDayShort(reach.nextDay, language)}</b>
          </li>
        )}
        <li>
          {receivedAt ? (
            <>
              {text.freshness.received} <b>{formatInstant(receivedAt, language)}</b>
            </>
          ) : (
            text.freshness.notReceived
          )}
        </li>
        {version && (
          <li>
            {text.freshness.version} <b>{version}</b>
          </li>
        )}
        {feed && (
          <li>
            {text.freshness.rows(
              formatCount(feed.rows.accepted + feed.rows.flagged, language),
              formatCount(feed.rows.rejected, language),
            )}
          </li>
        )}
        {meta?.knownAtBasis === 'assumed' && (
          <li>
            <details class="note">
              <summary>{text.freshness.assumed}</summary>
              <p>{text.freshness.assumedExplain}</p>
            </details>
          </li>
        )}
      </ul>
    </section>
  );
}

/** How far the forecasts are, while they are being computed. */
export function ForecastProgress({ feed }: { readonly feed: Feed }) {
  const { text, language } = useSpeech();
  const { computed, total, running } = feed.forecasts;
  if (total === 0 || (!running && computed >= total)) return null;
  const label = text.progress(formatCount(computed, language), formatCount(total, language));
  return (
    <p class="progress">
      <progress value={computed} max={total} aria-label={label} />
      <span>{label}</span>
      {running && <small>{text.progressRunning}</small>}
    </p>
  );
}

/** Says that the page looks back in time, and leads back to now. */
export function AsOfNote({ day, onClear }: { readonly day: string; readonly onClear: () => void }) {
  const { text, language } = useSpeech();
  return (
    <p class="as-of">
      {text.board.asOfNote(formatDay(day, language))}{' '}
      <button type="button" class="quiet" onClick={onClear}>
        {text.board.asOfClear}
      </button>
    </p>
  );
}
