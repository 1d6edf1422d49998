import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Home, Leftover } from '../../lake/index.ts';
import type { CitedRuns } from '../../records/index.ts';
import { HAPPENED_FILE, REPORTS_FOLDER, reportName } from '../hooks/report-files.ts';

/** The report of one run: its files, the newest of which was written at `writtenMs`. */
export interface KeptReport {
  /** Its folder below `reports/`: the run's id without colons. */
  readonly name: string;
  readonly files: readonly string[];
  readonly writtenMs: number;
}

export interface ReportRetention extends Pick<CitedRuns, 'cited' | 'endedAt'> {
  readonly now: Date;
  readonly retentionDays: number;
}

const DAY_MS = 86_400_000;
/** `daily` of `daily-2026-11-28T211000Z`. */
const MOMENT = /-\d{4}-\d\d-\d\dT\d{6}Z$/;

/**
 * The reports that nothing needs any more: their run ended before the retention, or, where the records do not know it, they
 * were written before it. Those of a run that goes on stay, those of a run that an issued forecast, a training, a change of
 * champions or an open alarm came from, and the newest of each plan, however long ago that was.
 */
export function collectableReports(
  reports: readonly KeptReport[],
  { cited, endedAt, now, retentionDays }: ReportRetention,
): KeptReport[] {
  const citedNames = new Set([...cited].map(reportName));
  const ended = new Map([...endedAt].map(([run, at]) => [reportName(run), at]));
  const newest = new Map<string, string>();
  for (const { name } of reports) {
    const plan = name.replace(MOMENT, '');
    if (name > (newest.get(plan) ?? '')) newest.set(plan, name);
  }
  return reports.filter(({ name, writtenMs }) => {
    if (citedNames.has(name) || newest.get(name.replace(MOMENT, '')) === name) return false;
    const at = ended.get(name);
    if (at === null) return false;
    return now.getTime() - (at?.getTime() ?? writtenMs) >= retentionDays * DAY_MS;
  });
}

/** The files of those reports, paths below the home, in the order in which they are to be deleted. */
export function reportLeftovers(home: Home, retention: ReportRetention): Leftover[] {
  const reports = foldersIn(join(home.path, REPORTS_FOLDER)).map((name): KeptReport => {
    const files = happenedFirst(readdirSync(join(home.path, REPORTS_FOLDER, name)));
    const written = files.map((file) => statSync(join(home.path, REPORTS_FOLDER, name, file)).mtimeMs);
    return { name, files, writtenMs: Math.max(0, ...written) };
  });
  return collectableReports(reports, retention).flatMap(({ name, files }) =>
    files.map((file) => {
      const path = join(REPORTS_FOLDER, name, file);
      return {
        path,
        bytes: statSync(join(home.path, path)).size,
        why: 'a report of a run that nothing cites',
      };
    }),
  );
}

function happenedFirst(files: readonly string[]): string[] {
  return files.toSorted((a, b) => Number(b === HAPPENED_FILE) - Number(a === HAPPENED_FILE));
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
