import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import type { DriftAlarm } from '../../api/contract.ts';
import {
  driftFigures,
  driftTextOf,
  formatCount,
  formatInstant,
  formatPercent,
  formatSignedPercent,
  type Language,
} from '../../show/index.ts';
import { driftQuestion } from '../api-client.ts';
import { useSpeech } from '../language.ts';
import { itemHref } from '../page-address.ts';

const FORMS = { percent: formatPercent, signedPercent: formatSignedPercent };
/** Alarms named on the page; the others are counted. */
const NAMED = 20;

function Alarm({ alarm, lang }: { readonly alarm: DriftAlarm; readonly lang: Language | undefined }) {
  const { text, language } = useSpeech();
  const words = driftTextOf(language);
  const horizon = alarm.horizon && (text.horizon[alarm.horizon] ?? alarm.horizon);
  const said = [horizon, words.kinds[alarm.kind] ?? alarm.kind, driftFigures(alarm.figures, language, FORMS)];
  return (
    <li>
      {alarm.series === '' ? (
        `${alarm.feed}, ${words.wholeFeed}`
      ) : (
        <Link href={itemHref({ series: alarm.series, range: '1Y', ...(lang ? { lang } : {}) })}>
          {decodeURIComponent(alarm.series)}
        </Link>
      )}
      : {said.filter(Boolean).join(', ')}{' '}
      <small>
        {words.since} {formatInstant(alarm.raisedAt, language)}
      </small>
    </li>
  );
}

/** How many live forecasts have left what was promised of them, and which; nothing while it is not known. */
export function DriftAlarms({ lang }: { readonly lang: Language | undefined }) {
  const { language } = useSpeech();
  const words = driftTextOf(language);
  const { data } = useQuery(driftQuestion());
  if (!data) return null;
  const open = data.open.reduce((sum, { count }) => sum + count, 0);
  if (open === 0) return <p class="missing">{words.none}</p>;
  const named = data.alarms.slice(0, NAMED);
  return (
    <details class="run-events">
      <summary>{words.open(formatCount(open, language))}</summary>
      <ul>
        {named.map((alarm) => (
          <Alarm key={alarm.id} alarm={alarm} lang={lang} />
        ))}
      </ul>
      {open > named.length && <p class="missing">{words.more(formatCount(open - named.length, language))}</p>}
    </details>
  );
}
