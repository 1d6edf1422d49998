import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { LANGUAGES } from '../../show/index.ts';
import { useSearch } from '../address-bar.ts';
import { useSpeech } from '../language.ts';
import { useLive } from '../live.ts';
import { boardHref, runsHref } from '../page-address.ts';
import { type Preferences, readPreferences, savePreferences } from '../preferences.ts';
import { ItemSearch } from './item-search.tsx';

interface ShellProps {
  readonly title: string;
  readonly feed?: string | undefined;
  readonly simulated?: boolean;
  readonly attribution?: string | undefined;
  readonly licence?: string | undefined;
  readonly children: ComponentChildren;
}

function LanguageSwitch() {
  const { text, language } = useSpeech();
  const [path] = useLocation();
  const query = new URLSearchParams(useSearch());
  const other = LANGUAGES.find((candidate) => candidate !== language) ?? 'ko';
  query.set('lang', other);
  return (
    <a class="switch" href={`${path}?${query}`} hreflang={other} lang={other}>
      {text.language.switchTo}
    </a>
  );
}

function Settings() {
  const { text } = useSpeech();
  const [preferences, setPreferences] = useState(readPreferences);
  const change = (part: Partial<Preferences>) => {
    const next = { ...preferences, ...part };
    setPreferences(next);
    savePreferences(next);
  };
  return (
    <div class="settings">
      <label>
        <span>{text.scheme.label}</span>
        <select
          value={preferences.scheme}
          onChange={(event) => change({ scheme: event.currentTarget.value as Preferences['scheme'] })}
        >
          <option value="auto">{text.scheme.auto}</option>
          <option value="light">{text.scheme.light}</option>
          <option value="dark">{text.scheme.dark}</option>
        </select>
      </label>
      <label>
        <span>{text.changeColours.label}</span>
        <select
          value={preferences.changeColours}
          onChange={(event) =>
            change({ changeColours: event.currentTarget.value as Preferences['changeColours'] })
          }
        >
          <option value="korean">{text.changeColours.korean}</option>
          <option value="reversed">{text.changeColours.reversed}</option>
        </select>
      </label>
    </div>
  );
}

function SimulatedBanner() {
  const { text } = useSpeech();
  return (
    <aside class="simulated" aria-label={text.simulated.banner}>
      <strong>{text.simulated.banner}</strong> <span>{text.simulated.explain}</span>
    </aside>
  );
}

/** What every page has: skip link, search, the mark of a market that never existed, connection, source. */
export function PageShell({ title, feed, simulated, attribution, licence, children }: ShellProps) {
  const { text, language, stated } = useSpeech();
  const { connected, updated } = useLive();
  const lang = stated ? { lang: stated } : {};
  useEffect(() => {
    document.title = `${title} · ${text.product}`;
  }, [title, text]);
  return (
    <>
      <a class="skip" href="#content">
        {text.skipToContent}
      </a>
      <header>
        <div class="site-head">
          <a class="brand" href={boardHref({ ...(feed ? { feed } : {}), ...lang })} title={text.tagline}>
            <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
              <rect class="brand-tile" width="32" height="32" rx="7" />
              <path class="brand-line" d="M5 21l6-6 5 4 5-9" />
              <path class="brand-fan" d="M21 10l6-3M21 10l6 3" />
            </svg>
            {text.product}
          </a>
          <ItemSearch feed={feed} />
          <Link class="switch" href={runsHref(lang)}>
            {text.nav.runs}
          </Link>
          <LanguageSwitch />
        </div>
        <div role="status" class={connected ? 'visually-hidden' : 'offline'}>
          {connected
            ? updated && updated.feed === feed
              ? text.state.updated(updated.version)
              : ''
            : text.state.offline}
        </div>
      </header>
      {simulated && <SimulatedBanner />}
      <main id="content" class="page" tabIndex={-1}>
        {children}
      </main>
      <footer class="site-foot">
        {attribution && (
          <p>
            {/* A licence may ask for these very words, so an attribution that says "source" itself stays whole. */}
            {attribution.startsWith(text.footer.source) ? '' : `${text.footer.source}: `}
            {attribution}
            {licence && ` · ${text.footer.licence}: ${licence}`}
          </p>
        )}
        <p>{text.footer.honest}</p>
        <a class="switch" href={`/try/?lang=${language}`}>
          {text.footer.ownTable}
        </a>
        <Settings />
      </footer>
    </>
  );
}
