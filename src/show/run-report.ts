import type { Bilingual, Told } from '../domain/index.ts';
import { errorTexts } from './error-texts.ts';
import type { Language } from './language.ts';
import { driftTextOf } from './text/drift.ts';
import { decisionKind, decisionReason } from './text/models.ts';
import { reportTextOf } from './text/report.ts';

/** What happened in a run, as its hooks are told: plain data, written as JSON. Days are `YYYY-MM-DD`, instants ISO. */
export interface Happened {
  readonly format: 1;
  /** Names this news: told again after a death, it has the same key; told of a run done again, another. */
  readonly key: string;
  readonly state: 'good' | 'trouble';
  readonly run: {
    readonly id: string;
    readonly plan: string;
    readonly scheduledFor: string;
    readonly askedBy: string;
  };
  /** In the order of the plan, hooks left out. */
  readonly steps: readonly {
    readonly id: string;
    readonly kind: string;
    readonly state: string;
    readonly skipReason: string | null;
    readonly error: {
      readonly class: string;
      readonly code: string;
      readonly message: string;
      readonly hint: string | null;
      /** The same in Korean, where it was said in that; absent from news of before it was. */
      readonly ko?: Told | null;
    } | null;
  }[];
  readonly feeds: readonly FeedHappened[];
  /** Feeds that are late beyond their own limit, or of which something stands. */
  readonly silentSources: readonly {
    readonly feed: string;
    readonly lastDay: string | null;
    /** When its next day was expected; null = it is not late. */
    readonly since: string | null;
    readonly events: readonly Bilingual[];
  }[];
  readonly drift: {
    readonly open: number;
    /** Raised since the run before; at most 100. */
    readonly raised: readonly {
      readonly feed: string;
      readonly series: string;
      readonly horizon: string;
      readonly kind: string;
      readonly raisedAt: string;
    }[];
  };
  readonly decisions: readonly {
    readonly feed: string;
    readonly kind: string;
    readonly subject: string;
    readonly reason: string;
  }[];
}

export interface FeedHappened {
  readonly feed: string;
  readonly lastDay: string | null;
  /** null = this run did not check it. */
  readonly check: 'green' | 'yellow' | 'red' | null;
  readonly findings: readonly Bilingual[];
  /** Published versions after the run, and whether this run made them; null = nothing is published. */
  readonly conditions: { readonly version: number; readonly fresh: boolean } | null;
  readonly forecasts: {
    readonly version: number;
    readonly fresh: boolean;
    readonly notRenewed: number;
  } | null;
  readonly scores: { readonly through: string; readonly scored: number; readonly revised: number } | null;
}

/** The same for people, in Markdown. */
export function reportMarkdown(happened: Happened, language: Language): string {
  const words = reportTextOf(language);
  const { run, state } = happened;
  const look = troubles(happened, language);
  const notes = notesOf(happened, language);
  const list = (heading: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`## ${heading}`, '', ...lines.map((line) => `- ${line}`), ''];
  return [
    `# ${words.title(run.plan, run.scheduledFor)}`,
    '',
    `**${words[state]}**. ${words.run} \`${run.id}\`, ${words.askedBy} ${run.askedBy}`,
    '',
    ...list(words.look, look),
    ...feedTable(happened, language),
    ...list(words.notes, notes),
  ].join('\n');
}

/** What somebody should look at, a sentence each; empty exactly where the state is good. */
export function troubles(happened: Omit<Happened, 'state' | 'key'>, language: Language): string[] {
  const words = reportTextOf(language);
  const drift = driftTextOf(language);
  return [
    ...happened.steps
      .filter(({ state }) => state in words.states)
      .map(({ id, state, error }) =>
        words.failed(id, words.states[state]!, error ? errorTexts(error, language).join(' ') : words.behind),
      ),
    ...happened.feeds
      .filter(({ check }) => check === 'red')
      .map(({ feed, findings }) => words.red(feed, findings.map((found) => found[language]).join('; '))),
    ...happened.silentSources.flatMap(({ feed, since, lastDay }) =>
      since === null ? [] : [words.silent(feed, since, lastDay ?? words.none)],
    ),
    ...happened.drift.raised.map(({ feed, series, horizon, kind }) =>
      words.drift(
        [series || `${feed}, ${drift.wholeFeed}`, horizon].filter(Boolean).join(' '),
        drift.kinds[kind] ?? kind,
      ),
    ),
    ...happened.decisions
      .filter(({ kind }) => kind === 'rollback')
      .map(({ feed, kind, subject, reason }) =>
        words.decision(feed, decisionKind(kind, language), subject, decisionReason(reason, language)),
      ),
  ];
}

function notesOf({ feeds, silentSources, drift, decisions }: Happened, language: Language): string[] {
  const words = reportTextOf(language);
  return [
    ...feeds.flatMap(({ feed, check, findings }) =>
      check === 'red' ? [] : findings.map((finding) => `${feed}: ${finding[language]}`),
    ),
    ...silentSources.flatMap(({ feed, events }) => events.map((event) => `${feed}: ${event[language]}`)),
    ...decisions
      .filter(({ kind }) => kind !== 'rollback')
      .map(({ feed, kind, subject, reason }) =>
        words.decision(feed, decisionKind(kind, language), subject, decisionReason(reason, language)),
      ),
    ...(drift.open === 0 ? [] : [words.openDrift(drift.open)]),
  ];
}

function feedTable({ feeds }: Happened, language: Language): string[] {
  if (feeds.length === 0) return [];
  const words = reportTextOf(language);
  const version = (of: { readonly version: number; readonly fresh: boolean } | null) =>
    of === null ? words.none : `${of.version} (${of.fresh ? words.fresh : words.kept})`;
  const heads = [words.feed, words.lastDay, words.check, words.conditions, words.forecasts, words.scores];
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `## ${words.feeds}`,
    '',
    row(heads),
    row(heads.map(() => '---')),
    ...feeds.map(({ feed, lastDay, check, conditions, forecasts, scores }) =>
      row([
        ...[feed, lastDay ?? words.none, check === null ? words.none : words.checks[check]!],
        version(conditions),
        [version(forecasts), forecasts?.notRenewed ? words.notRenewed(forecasts.notRenewed) : '']
          .filter(Boolean)
          .join(', '),
        scores === null ? words.none : words.scored(scores.scored, scores.revised, scores.through),
      ]),
    ),
    '',
  ];
}
