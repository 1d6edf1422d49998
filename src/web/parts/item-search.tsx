import { useQuery } from '@tanstack/preact-query';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { itemsQuestion } from '../api-client.ts';
import { useSpeech } from '../language.ts';
import { itemHref } from '../page-address.ts';

const SHOWN = 12;
const PAUSE_MS = 120;

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function typingElsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
  );
}

/** Item search by name, initial consonants or code: a combobox with a list, as the ARIA practices describe. */
export function ItemSearch({ feed }: { readonly feed: string | undefined }) {
  const { text, language, stated } = useSpeech();
  const [, navigate] = useLocation();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const settled = useSettled(query.trim());
  const found = useQuery({ ...itemsQuestion(feed, settled), enabled: settled !== '' });
  const items = settled === '' ? [] : (found.data?.items.slice(0, SHOWN) ?? []);
  const expanded = open && settled !== '' && found.data !== undefined;

  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (
        event.key !== '/' ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        typingElsewhere(event.target)
      )
        return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);

  const choose = (index: number) => {
    const item = items[index];
    if (!item) return;
    setOpen(false);
    setQuery('');
    input.current?.blur();
    navigate(itemHref({ series: item.headline, ...(stated ? { lang: stated } : {}) }));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && items.length > 0) {
      event.preventDefault();
      setOpen(true);
      setActive((now) => (now + step + items.length + (now < 0 && step < 0 ? 1 : 0)) % items.length);
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      choose(Math.max(0, active));
    } else if (event.key === 'Escape') {
      if (expanded) setOpen(false);
      else setQuery('');
    }
  };

  return (
    <search class="search">
      <label class="visually-hidden" for={`${id}-input`}>
        {text.search.label}
      </label>
      <input
        ref={input}
        id={`${id}-input`}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        placeholder={text.search.placeholder}
        aria-expanded={expanded}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-keyshortcuts="/"
        {...(expanded && active >= 0 ? { 'aria-activedescendant': `${id}-${active}` } : {})}
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setActive(-1);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={text.search.label}
        class="search-list"
        hidden={!expanded || items.length === 0}
      >
        {items.map((item, index) => (
          <div
            key={item.headline}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            class="search-option"
            onMouseDown={(event) => {
              // The press must not take the focus away before the choice is made.
              event.preventDefault();
              choose(index);
            }}
          >
            <span>
              {item.item.name[language]}
              {item.simulated && <span class="tag tag-simulated">{text.simulated.badge}</span>}
            </span>
            <small>
              {item.category.name[language]} · {text.search.seriesCount(item.seriesCount)}
            </small>
          </div>
        ))}
      </div>
      {expanded && items.length === 0 && <p class="search-list search-none">{text.search.none}</p>}
      <span class="visually-hidden" role="status">
        {expanded ? (items.length === 0 ? text.search.none : text.search.results(items.length)) : ''}
      </span>
    </search>
  );
}
