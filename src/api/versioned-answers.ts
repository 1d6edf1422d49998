import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { parseAccept } from 'hono/utils/accept';
import { EXIT, parseSeriesKey, SihwangError } from '../domain/index.ts';
import type { ServingLibrary, ServingReader } from '../lake/index.ts';
import { type Body, KeptAnswers, type PackedBody, packBody, plainBytes } from './kept-answers.ts';
import type { AppEnv } from './problem.ts';

/** Room for answers kept in memory: some hundred boards. */
const KEPT_BYTES = 8_000_000;

/**
 * Answers that hold as long as their serving version does. The tag `"<version>:<hash of the question>"` is compared with
 * If-None-Match before anything is queried, and a body once made is kept, packed, for the next who asks the same. The tag is
 * a weak one: it names the answer, not the bytes of an encoding.
 */
export class VersionedAnswers {
  private readonly library: ServingLibrary;
  private readonly release: string;
  private readonly kept = new KeptAnswers(KEPT_BYTES);
  /** Answers being made, by their tag. */
  private readonly making = new Map<string, Promise<PackedBody>>();

  /** `release` is our own version: another release may say the same data in other words. */
  constructor(library: ServingLibrary, release: string) {
    this.library = library;
    this.release = release;
  }

  /** Reads one feed; every number of the answer is of one version. */
  async ofFeed(
    c: Context<AppEnv>,
    feed: string,
    make: (reader: ServingReader) => Promise<Body>,
  ): Promise<Response> {
    expectFeed(this.library, feed);
    return this.library.read(feed, (reader) => this.tagged(c, reader.version, () => make(reader)));
  }

  /** Reads the feed that a series belongs to. */
  async ofSeries(
    c: Context<AppEnv>,
    series: string,
    make: (reader: ServingReader) => Promise<Body>,
  ): Promise<Response> {
    return this.ofFeed(c, feedOfSeries(series), make);
  }

  /** Reads several feeds one after the other; `extra` is what else the answer depends on. */
  async ofFeeds<T>(
    c: Context<AppEnv>,
    feeds: readonly string[],
    extra: string,
    ask: (reader: ServingReader) => Promise<T>,
    say: (answers: T[]) => Body,
  ): Promise<Response> {
    for (const feed of feeds) expectFeed(this.library, feed);
    const versions: string[] = [];
    for (const feed of feeds) versions.push(await this.library.read(feed, async ({ version }) => version));
    const version = createHash('sha256')
      .update(JSON.stringify([versions, extra]))
      .digest('base64url')
      .slice(0, 16);
    return this.tagged(c, version, async () => {
      const answers: T[] = [];
      for (const feed of feeds) answers.push(await this.library.read(feed, ask));
      return say(answers);
    });
  }

  private async tagged(c: Context<AppEnv>, version: string, make: () => Promise<Body>): Promise<Response> {
    const { pathname, search } = new URL(c.req.url);
    const hash = createHash('sha256').update(`${this.release}\n${pathname}\n${search}`).digest('base64url');
    const tag = `"${version}:${hash.slice(0, 16)}"`;
    const headers = { ETag: `W/${tag}`, 'Cache-Control': 'private, no-cache', Vary: 'Accept-Encoding' };
    if (!asksForOther(c.req.header('if-none-match'), tag)) return c.body(null, 304, headers);
    const body = this.kept.get(tag) ?? (await this.make(tag, make));
    const asIs = body.isGzip && takesGzip(c.req.header('accept-encoding'));
    const bytes = asIs ? body.bytes : await plainBytes(body);
    return c.body(bytes, 200, {
      ...headers,
      'Content-Length': String(bytes.byteLength),
      ...body.headers,
      ...(asIs ? { 'Content-Encoding': 'gzip' } : {}),
      'Content-Type': body.type,
    });
  }

  /** Whoever asks what is being made for another waits for that: it is the same version's answer. */
  private make(tag: string, make: () => Promise<Body>): Promise<PackedBody> {
    const begun = this.making.get(tag);
    if (begun !== undefined) return begun;
    const made = Promise.resolve()
      .then(make)
      .then(packBody)
      .then((body) => {
        this.kept.keep(tag, body);
        return body;
      })
      .finally(() => this.making.delete(tag));
    this.making.set(tag, made);
    return made;
  }
}

/** @throws SihwangError `SERIES_UNREADABLE` for what is not the text form of a series */
export function feedOfSeries(series: string): string {
  const key = parseSeriesKey(series);
  if (key) return key.feed;
  throw new SihwangError(
    'SERIES_UNREADABLE',
    {
      ko: `series: 계열의 문자 표기가 아닙니다: ${series}`,
      en: `series: not the text form of a series: ${series}`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko: '시황판이나 품목 찾기의 행에 있는 계열을 그대로 쓰세요.',
        en: 'Take the series from the board or from an item search; each row there carries its own.',
      },
    },
  );
}

/** @throws SihwangError `FEED_UNKNOWN` for a feed that is not published here */
export function expectFeed(library: ServingLibrary, feed: string): void {
  const known = library.feeds();
  if (known.includes(feed)) return;
  throw new SihwangError(
    'FEED_UNKNOWN',
    { ko: `여기에 공표된 자료가 아닙니다: ${feed}`, en: `no feed called ${feed} has been published here` },
    {
      exit: EXIT.usage,
      hint: {
        ko:
          known.length > 0
            ? `공표된 자료: ${known.join(', ')}.`
            : '먼저 받아 넣으세요: sihwang ingest <feed> --file PATH.',
        en:
          known.length > 0
            ? `Published here: ${known.join(', ')}.`
            : 'Bring one in first: sihwang ingest <feed> --file PATH.',
      },
    },
  );
}

/** False when the client already holds this tag (weak comparison, RFC 9110 §13.1.2). */
function asksForOther(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return true;
  const held = ifNoneMatch.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return !held.includes(tag) && !held.includes('*');
}

/** What is named itself counts before the asterisk, and a quality of 0 is a refusal (RFC 9110 §12.5.3). */
function takesGzip(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined) return false;
  const accepted = parseAccept(acceptEncoding);
  const named = accepted.find(({ type }) => type.toLowerCase() === 'gzip');
  const any = accepted.find(({ type }) => type === '*');
  return ((named ?? any)?.q ?? 0) > 0;
}

export function jsonBody(answer: unknown): Body {
  return { type: 'application/json; charset=UTF-8', text: JSON.stringify(answer), headers: {} };
}

export function csvBody(text: string, fileName: string): Body {
  return {
    type: 'text/csv; charset=UTF-8',
    text,
    headers: { 'Content-Disposition': `attachment; filename="${fileName.replaceAll(/[^\w.-]+/g, '-')}"` },
  };
}
