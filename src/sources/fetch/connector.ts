import type { Calendars } from '../../domain/index.ts';
import type { FetchErrorKind } from './fetch-error.ts';

/**
 * How a feed is asked over HTTP. A connector only describes: which chunks cover a range of days, how a page of one is
 * asked for, and what an answer is. Calls, budgets, retries, cursors and files are the fetch engine's, the same for all.
 * All functions are pure, so every published shape of an answer is a test without a network.
 */
export interface Connector {
  /** What stands in for each secret: environment names, as `sihwang sources` lists them. Empty = no key needed. */
  readonly keys: readonly KeyNeed[];
  readonly manners: Manners;
  /** Calls a day that each budget (usually one API) allows one key; a budget not listed has no limit. */
  readonly callsPerDay: Readonly<Record<string, number>>;
  /**
   * The chunks that cover the days, both ends included, oldest first. A source that refuses days which are not over
   * yet leaves them out by `now`; without it nothing is left out.
   */
  plan(range: DayRange, scope?: FetchScope, now?: Date): readonly Chunk[];
  /** The request for page `index` (0, 1, 2 …) of a chunk; `previous` is what the page before was. */
  request(chunk: Chunk, index: number, previous?: Page): SourceRequest;
  /**
   * What an answer is, told by its content, before a row of it is accepted: error envelopes, block pages, an echo that
   * differs from what was asked. `status` is HTTP's; `body` has no byte order mark; `request` is what was asked, for
   * sources whose next question depends on it; `calendars` are the home's, for sources whose answer is told by them.
   */
  judge(
    answer: { readonly status: number; readonly body: string },
    chunk: Chunk,
    index: number,
    request: SourceRequest,
    calendars?: Calendars,
  ): Verdict;
  /** What the calendars say of a chunk that came back without rows. */
  expected(chunk: Chunk, calendars: Calendars): 'open' | 'closed' | 'unknown';
}

/** A secret that a person must supply: from the environment variable `id`, or from the key file under that name. */
export interface KeyNeed {
  readonly id: string;
  /** Where a person applies for it. */
  readonly from: string;
  /** Its publisher shows it percent-encoded as well as plain; either form may be given. */
  readonly shownEncoded?: boolean;
}

/** How a source wants to be called. */
export interface Manners {
  readonly timeoutMs: number;
  /** Calls in flight at once. */
  readonly parallel: number;
  /** Attempts at one page in all, the first included, when it failed in a way that may pass. */
  readonly attempts: number;
  readonly userAgent?: 'browser-like';
  /** `legacy` lowers the TLS level for this host alone; certificates are always checked. */
  readonly tls?: 'legacy';
}

/** ISO days, both included. */
export interface DayRange {
  readonly firstDay: string;
  readonly lastDay: string;
}

/** Narrows a fetch to some items or markets, by the source's own codes; nothing named = the feed's default scope. */
export interface FetchScope {
  readonly items?: readonly string[];
  readonly markets?: readonly string[];
}

/** The smallest piece of a source that is either complete or not: what the ledger marks, retries and skips. */
export interface Chunk extends DayRange {
  /** Names the chunk within its feed for ever, e.g. `sale/2026-07-24/110001`. */
  readonly id: string;
  /** The shape (of the feed's `shapes`) that its answers have. */
  readonly shape: string;
  /** What the connector needs to ask for it and to judge the echo. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Which daily allowance its calls count against. */
  readonly budget: string;
  readonly expectedCalls: number;
}

/** A call without its secrets: this is what is kept, logged and shown. */
export interface SourceRequest {
  /** Absolute, without query. */
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  /** Secrets to put in just before sending; their values never leave the call. */
  readonly secrets?: readonly SecretPlace[];
}

export type SecretPlace =
  | { readonly in: 'query'; readonly name: string; readonly key: string }
  /** HTTP Basic with the key as user and an empty password. */
  | { readonly in: 'basic'; readonly key: string }
  /** Takes the place of `{key}` in the URL's path. */
  | { readonly in: 'path'; readonly key: string };

/** What an accepted answer says of itself. */
export interface Page {
  readonly rows: number;
  /** Rows of the whole chunk, where the source says it. */
  readonly total?: number;
  /** Text that tells this page from another: a page equal to the one before means that paging was ignored. */
  readonly mark: string;
  /** Whether there is a page after this one. */
  readonly more: boolean;
  /** False for an answer that only leads to the data, such as a page of links; it is not kept. */
  readonly keep?: boolean;
  /** What the next request needs of this answer, such as a link that was found. */
  readonly next?: string;
}

export type Verdict =
  | { readonly ok: true; readonly page: Page }
  | {
      readonly ok: false;
      readonly kind: FetchErrorKind;
      /** For a person: what the source said and what to do. Never contains a secret. */
      readonly detail: string;
      /** Not before this instant, where the source says it. */
      readonly retryAt?: Date;
    };
