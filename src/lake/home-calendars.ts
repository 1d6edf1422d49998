import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AnnouncedDay,
  type CalendarEdits,
  type Calendars,
  createCalendars,
  EXIT,
  localDate,
  readCalendarEdits,
  SihwangError,
} from '../domain/index.ts';
import { cleanRowsSql } from './clean-rows.ts';
import { readCommits } from './commit-log.ts';
import { openDatabase, queryColumns } from './database.ts';
import type { Home } from './home.ts';

/** Feeds whose rows say on which days a country or a market rests. */
const CALENDAR_FEEDS = ['kasi-special-days', 'taiwan-rest-days'];

/**
 * The calendars of a home: our rules, the holidays and rest days that were taken in, and the files in `calendars/`.
 * Throws CALENDAR_FILE, which names the file and the fault.
 */
export async function calendarsOf(home: Home): Promise<Calendars> {
  const edits = readEdits(home);
  const announced: AnnouncedDay[] = [];
  for (const feed of CALENDAR_FEEDS) announced.push(...(await readCalendarRows(home, feed)));
  return createCalendars(announced, edits);
}

/** The accepted rows of a calendar feed by day; flagged ones are kept in the lake and not believed. */
async function readCalendarRows(home: Home, feed: string): Promise<AnnouncedDay[]> {
  const commits = readCommits(home, feed);
  if (commits.length === 0) return [];
  const instance = await openDatabase({ threads: 1, tempDirectory: home.at('temp') });
  try {
    const { rowCount, columns } = await queryColumns(
      await instance.connect(),
      `select market_day, scope_code, kind, name from (${cleanRowsSql(home, feed, commits)})
       where outcome = 'accepted' order by market_day, scope_code, commit_number, place`,
    );
    return Array.from({ length: rowCount }, (_, row) => ({
      date: localDate(String(columns.market_day![row])),
      scope: String(columns.scope_code![row]),
      kind: String(columns.kind![row]),
      name: String(columns.name![row]),
    }));
  } finally {
    instance.closeSync();
  }
}

/** What a person stated, all files together; a day of one calendar may be stated once. */
function readEdits(home: Home): CalendarEdits[] {
  const folder = join(home.path, 'calendars');
  const statedIn = new Map<string, string>();
  return namesIn(folder).map((name) => {
    const file = join('calendars', name);
    const edits = readCalendarEdits(file, readFileSync(join(folder, name), 'utf8'));
    for (const { date } of edits.overrides) {
      const day = `${edits.calendar} ${date}`;
      const other = statedIn.get(day);
      if (other !== undefined)
        throw new SihwangError(
          'CALENDAR_FILE',
          {
            ko: `${file}: ${other}에도 있는 날입니다: ${date}`,
            en: `${file}: ${date} is stated in ${other} too`,
          },
          {
            exit: EXIT.configuration,
            hint: { ko: '두 파일 가운데 하나에만 두세요.', en: 'Keep the day in one of the two files.' },
          },
        );
      statedIn.set(day, file);
    }
    return edits;
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
