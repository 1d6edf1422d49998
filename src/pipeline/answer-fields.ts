import type { Bilingual } from '../domain/index.ts';
import { type Commit, type Home, readCommits, readRawText } from '../lake/index.ts';
import type { FetchState } from '../sources/index.ts';

const MS_PER_DAY = 86_400_000;
/** A source's answers are compared with those of so long before, so that a change stands for this long. */
const COMPARED_DAYS = 7;

/** The members of an answer's rows: `some` has those of any row, `every` those that no row is without. */
export interface AnswerFields {
  readonly some: ReadonlySet<string>;
  readonly every: ReadonlySet<string>;
}

/**
 * The members of the longest list of objects anywhere in a JSON text; undefined for any other text, and for JSON without
 * such a list. Tables name their columns in a header, and another header is refused before a row of it is taken.
 */
export function fieldsOf(text: string): AnswerFields | undefined {
  let longest: readonly object[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      const rows = value.filter((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
      if (rows.length > longest.length) longest = rows;
    }
    for (const one of Object.values(value)) walk(one);
  };
  try {
    walk(JSON.parse(text));
  } catch {
    return undefined;
  }
  if (longest.length === 0) return undefined;
  const names = longest.map((row) => Object.keys(row));
  const [first = []] = names;
  const sets = names.map((list) => new Set(list));
  return {
    some: new Set(names.flat()),
    every: new Set(first.filter((name) => sets.every((set) => set.has(name)))),
  };
}

/**
 * Raises `fields/<shape>` when the rows of a source's answers have members that they had not a week before, or lack one
 * that every row had: a publisher renames and adds without a word, and the rows still look whole. Cleared once the
 * answers of a week are alike. Nothing is lost meanwhile: raw answers keep every member.
 */
export async function noteFields(
  home: Home,
  state: FetchState<unknown>,
  feed: string,
  taken: readonly Commit[],
  now: Date,
): Promise<void> {
  const newest = new Map(taken.map((commit) => [commit.shape, commit]));
  if (newest.size === 0) return;
  const commits = readCommits(home, feed);
  for (const [shape, commit] of newest) {
    const before = comparedWith(commits, commit);
    const [then, since] = await Promise.all([before && fieldsIn(home, before), fieldsIn(home, commit)]);
    if (!then || !since) continue;
    const added = [...since.some].filter((name) => !then.some.has(name));
    const gone = [...then.every].filter((name) => !since.some.has(name));
    const id = `fields/${shape}`;
    if (added.length + gone.length === 0) await state.clear(feed, id);
    else await state.raise({ feed, id, at: now.toISOString(), said: fieldsSaid(shape, added, gone) });
  }
}

/** The newest answers of a shape that are a week older than these, else the oldest of all. */
function comparedWith(commits: readonly Commit[], commit: Commit): Commit | undefined {
  const receivedAt = ({ raws }: Commit) => Date.parse(raws[0]!.receivedAt);
  const before = commits.filter(
    (one) => one.shape === commit.shape && one.number < commit.number && one.raws[0]?.chunk !== undefined,
  );
  const old = before.filter((one) => receivedAt(commit) - receivedAt(one) >= COMPARED_DAYS * MS_PER_DAY);
  return old.at(-1) ?? before[0];
}

async function fieldsIn(home: Home, commit: Commit): Promise<AnswerFields | undefined> {
  return fieldsOf(await readRawText(home, commit.raws.at(-1)!));
}

function fieldsSaid(shape: string, added: readonly string[], gone: readonly string[]): Bilingual {
  const parts = [
    ...(added.length > 0 ? [`have ${added.join(', ')}, which they had not`] : []),
    ...(gone.length > 0 ? [`lack ${gone.join(', ')}, which every row had`] : []),
  ];
  const koParts = [
    ...(added.length > 0 ? [`없던 ${added.join(', ')} 생김`] : []),
    ...(gone.length > 0 ? [`모든 행에 있던 ${gone.join(', ')} 사라짐`] : []),
  ];
  return {
    ko: `${shape}의 행이 한 주 전과 다름: ${koParts.join(', ')}. 원천의 README와 새 응답을 견주어 보세요`,
    en: `the rows of ${shape} ${parts.join(' and ')} a week before; compare the source's README with its newest answer`,
  };
}
