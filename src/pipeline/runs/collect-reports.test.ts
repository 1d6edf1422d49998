import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deleteLeftovers, openHome } from '../../lake/index.ts';
import { collectableReports, type KeptReport, reportLeftovers } from './collect-reports.ts';
import { removeEmptied } from './collect-runs.ts';
import { runIdOf } from './start-run.ts';

const DAY_MS = 86_400_000;
const NOW = new Date('2026-06-01T00:00:00Z');
const RETENTION_DAYS = 30;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

/** `none`: the records do not know the run. */
const REPORT = fc.record({
  plan: fc.constantFrom('daily', 'mine'),
  row: fc.constantFrom('open', 'ended', 'none'),
  days: fc.integer({ min: 0, max: 90 }),
  cited: fc.boolean(),
});

describe('reports of runs', () => {
  it('go when they are old, unless their run goes on, something came of it, or it is the last of its plan', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(REPORT, { maxLength: 8, selector: ({ plan, days }) => `${plan} ${days}` }),
        (made) => {
          const runs = made.map((one) => ({ ...one, id: runIdOf(one.plan, daysAgo(one.days)) }));
          const reports = runs.map(
            ({ id, days }): KeptReport => ({
              ...{ name: id.replaceAll(':', ''), files: ['happened.json'] },
              writtenMs: daysAgo(days).getTime(),
            }),
          );
          const rows = runs.filter(({ row }) => row !== 'none');
          const gone = collectableReports(reports, {
            ...{ now: NOW, retentionDays: RETENTION_DAYS },
            cited: new Set(runs.flatMap(({ cited, id }) => (cited ? [id] : []))),
            endedAt: new Map(rows.map(({ id, row, days }) => [id, row === 'open' ? null : daysAgo(days)])),
          });
          const names = new Set(gone.map(({ name }) => name));
          for (const { plan, row, days, cited, id } of runs) {
            const last = days === Math.min(...runs.filter((one) => one.plan === plan).map((one) => one.days));
            const stays = cited || row === 'open' || days < RETENTION_DAYS || last;
            expect(names.has(id.replaceAll(':', '')), JSON.stringify({ id, row, cited, last })).toBe(!stays);
          }
        },
      ),
    );
  });

  it('are deleted with their folder, and none is ever left that looks whole', () => {
    const home = openHome(mkdtempSync(join(tmpdir(), 'sihwang-reports-')));
    const retention = { cited: new Set<string>(), endedAt: new Map(), now: NOW, retentionDays: 30 };
    try {
      expect(reportLeftovers(home, retention)).toEqual([]);
      const folders = ['daily-2026-01-01T000000Z', 'daily-2026-01-02T000000Z'].map((name) =>
        join(home.path, 'reports', name),
      );
      for (const folder of folders) {
        mkdirSync(folder, { recursive: true });
        for (const file of ['report.ko.md', 'report.en.md', 'happened.json']) {
          writeFileSync(join(folder, file), 'x');
          utimesSync(join(folder, file), daysAgo(90), daysAgo(90));
        }
      }
      const found = reportLeftovers(home, retention);
      expect(new Set(found.map(({ why }) => why))).toEqual(new Set(['a report of a run that nothing cites']));
      for (const one of found) {
        deleteLeftovers(home, [one]);
        // a death here leaves no report that looks whole and is not
        const left = readdirSync(folders[0]!);
        expect(left.includes('happened.json') && left.length < 3).toBe(false);
      }
      expect(found).toHaveLength(3);
      removeEmptied(home, found);
      expect(readdirSync(join(home.path, 'reports'))).toEqual(['daily-2026-01-02T000000Z']);
      expect(existsSync(join(folders[1]!, 'happened.json'))).toBe(true);
    } finally {
      rmSync(home.path, { recursive: true, force: true });
    }
  });
});
