import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../../lake/index.ts';
import { type Happened, LANGUAGES, reportMarkdown } from '../../show/index.ts';
import { reach, writeFileDurably } from '../../store/index.ts';

export const REPORTS_FOLDER = 'reports';

/** The folder of a run's report, below `reports/` of the home; colons stand in no file name. */
export function reportName(run: string): string {
  return run.replaceAll(':', '');
}

function reportFolder(home: Home, run: string): string {
  return join(home.path, REPORTS_FOLDER, reportName(run));
}

/** Where it stands, the report of a run is whole: written last, deleted first. */
export const HAPPENED_FILE = 'happened.json';

/** The news of a run as data; what hooks are given. */
export function happenedFile(home: Home, run: string): string {
  return join(reportFolder(home, run), HAPPENED_FILE);
}

/**
 * Writes the report of a run, in Markdown and as data, the data last: where it stands the report is whole. What was written
 * under the same key stays, so that the same news is told again in the same words.
 */
export function writeReport(home: Home, happened: Happened): Happened {
  const path = happenedFile(home, happened.run.id);
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Happened) : null;
  if (kept?.key === happened.key) return kept;
  mkdirSync(reportFolder(home, happened.run.id), { recursive: true });
  for (const language of LANGUAGES) {
    const text = reportMarkdown(happened, language);
    writeFileDurably(join(reportFolder(home, happened.run.id), `report.${language}.md`), text);
    reach('report-text-written');
  }
  writeFileDurably(path, `${JSON.stringify(happened, null, 2)}\n`);
  reach('report-written');
  return happened;
}
