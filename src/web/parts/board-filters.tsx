import type { Feed } from '../../api/contract.ts';
import type { Language, Text } from '../../show/index.ts';
import { useSpeech } from '../language.ts';
import type { BoardAddress } from '../page-address.ts';

interface FiltersProps {
  readonly feeds: readonly Feed[];
  readonly feed: Feed;
  readonly address: BoardAddress;
  /** The market day shown, when known. */
  readonly day: string | null;
  readonly change: (part: Partial<Record<keyof BoardAddress, string | undefined>>) => void;
}

function feedLabel(feed: Feed, text: Text, language: Language): string {
  // A feed's own name may say it already; whether it does or not, the mark is there once.
  const marked = feed.name[language].toLowerCase().includes(text.simulated.badge);
  return feed.simulated && !marked ? `${feed.name[language]} (${text.simulated.badge})` : feed.name[language];
}

/** Feed, day, category, market, price kind where a feed has several, scope: each control writes the address, so a view can be sent as a link. */
export function BoardFilters({ feeds, feed, address, day, change }: FiltersProps) {
  const { text, language } = useSpeech();
  const named = (list: Feed['categories']) => [
    <option key="" value="">
      {text.board.all}
    </option>,
    ...list.map(({ code, name }) => (
      <option key={code} value={code}>
        {name[language]}
      </option>
    )),
  ];
  return (
    <form class="filters" aria-label={text.board.title} onSubmit={(event) => event.preventDefault()}>
      <label class="filter-feed">
        <span>{text.nav.feed}</span>
        <select
          value={feed.id}
          onChange={(event) =>
            // Days, categories, markets and price kinds of one feed mean nothing in another.
            change({
              feed: event.currentTarget.value,
              date: undefined,
              asOf: undefined,
              category: undefined,
              market: undefined,
              priceKind: undefined,
            })
          }
        >
          {feeds.map((each) => (
            <option key={each.id} value={each.id}>
              {feedLabel(each, text, language)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{text.board.day}</span>
        <input
          type="date"
          value={address.date ?? day ?? ''}
          min={feed.firstDay ?? undefined}
          max={feed.lastDay ?? undefined}
          onChange={(event) => change({ date: event.currentTarget.value || undefined })}
        />
      </label>
      <label>
        <span>{text.board.category}</span>
        <select
          value={address.category ?? ''}
          onChange={(event) => change({ category: event.currentTarget.value })}
        >
          {named(feed.categories)}
        </select>
      </label>
      <label>
        <span>{text.board.market}</span>
        <select
          value={address.market ?? ''}
          onChange={(event) => change({ market: event.currentTarget.value })}
        >
          {named(feed.markets)}
        </select>
      </label>
      {feed.priceKinds.length > 1 && (
        <label>
          <span>{text.board.priceKind}</span>
          <select
            value={address.priceKind ?? ''}
            onChange={(event) => change({ priceKind: event.currentTarget.value })}
          >
            <option value="">{text.board.all}</option>
            {feed.priceKinds.map((kind) => (
              <option key={kind} value={kind}>
                {text.priceKind[kind] ?? kind}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <span>{text.board.scope}</span>
        <select value={address.scope} onChange={(event) => change({ scope: event.currentTarget.value })}>
          <option value="headline">{text.board.scopeHeadline}</option>
          <option value="all">{text.board.scopeAll}</option>
        </select>
      </label>
      <label>
        <span>{text.board.asOf}</span>
        <input
          type="date"
          value={address.asOf ?? ''}
          onChange={(event) => change({ asOf: event.currentTarget.value || undefined })}
        />
      </label>
    </form>
  );
}
