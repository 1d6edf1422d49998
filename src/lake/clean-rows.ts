import type { Commit } from './commit-log.ts';
import { literal } from './database.ts';
import type { Home } from './home.ts';

/**
 * The kept rows of a set of commits as one relation: the accepted and flagged rows of their files, without those that
 * were set aside as duplicates. `place` is a row's position in its file (0 = first readable row), so that
 * `commit_number` and `place` name a row for ever.
 */
export function cleanRowsSql(home: Home, feed: string, commits: readonly Commit[]): string {
  const clean = commits.map((commit) => home.at('clean', feed, commit.clean));
  const aside = commits.flatMap((commit) =>
    commit.outcomes.duplicate > 0 && commit.aside !== null ? [home.at('aside', feed, commit.aside)] : [],
  );
  const kept = `select * exclude (text, file_row_number), file_row_number as place
    from read_parquet([${clean.map(literal).join(', ')}], file_row_number = true) where outcome in ('accepted', 'flagged')`;
  if (aside.length === 0) return kept;
  return `select k.* from (${kept}) k anti join
    (from read_parquet([${aside.map(literal).join(', ')}]) where outcome = 'duplicate') a
    on a.commit_number = k.commit_number and a.place = k.place`;
}

/** Whether any file of these commits holds kept rows. */
export function holdsRows(commits: readonly Commit[]): boolean {
  return commits.some((commit) => commit.outcomes.accepted + commit.outcomes.flagged > 0);
}
