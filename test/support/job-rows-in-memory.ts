import {
  type JobRow,
  type JobRows,
  type Lease,
  leaseLost,
  type Orphan,
  type RowsOf,
} from '../../src/jobs/job-rows.ts';
import { ENDED } from '../../src/jobs/runner.ts';

/** The rows of jobs as a plain map: the twin that shows what a table has to answer. */
export function jobRowsInMemory(): JobRows {
  const rows = new Map<string, JobRow>();
  const epochs = new Map<string, number>();
  const orphans: (Orphan & { home: string })[] = [];
  const hold = (lease: Lease): void => {
    if (epochs.get(lease.home) !== lease.epoch) throw leaseLost(lease);
  };
  const of = (home: string, { run, runner, keys, open, states, cancelling, since }: RowsOf): JobRow[] => {
    const asked = keys ? [...new Set(keys)].flatMap((key) => rows.get(key) ?? []) : [...rows.values()];
    return asked.filter(
      (row) =>
        row.home === home &&
        (run === undefined || row.run === run) &&
        (runner === undefined || row.runner === runner) &&
        (states === undefined || states.includes(row.state)) &&
        (since === undefined ||
          row.plannedAt >= since ||
          (row.submittedAt !== null && row.submittedAt >= since) ||
          !ENDED.includes(row.state)) &&
        (!cancelling || row.cancelRequestedAt !== null) &&
        (!(open || cancelling) || !ENDED.includes(row.state)),
    );
  };
  return {
    takeLease: async (home) => {
      const epoch = (epochs.get(home) ?? 0) + 1;
      epochs.set(home, epoch);
      return { home, epoch, takenAt: new Date() };
    },
    plan: async (lease, added) => {
      hold(lease);
      for (const row of added)
        if (!rows.has(row.key))
          rows.set(row.key, {
            ...row,
            state: 'PLANNED',
            providerId: null,
            submittedAt: null,
            lastSeenAt: null,
            notBefore: null,
            deadlineAt: null,
            cancelRequestedAt: null,
            cancelReason: null,
            attempts: [],
            errorClass: null,
            error: null,
          });
    },
    change: async (lease, changes) => {
      hold(lease);
      return changes.flatMap(({ key, gen, from, set }) => {
        const row = rows.get(key);
        if (row?.home !== lease.home || row.gen !== gen || !from.includes(row.state)) return [];
        rows.set(key, { ...row, ...set });
        return [key];
      });
    },
    requestCancel: async (home, which, reason, at) => {
      const open = of(home, { ...which, open: true });
      for (const row of open)
        if (row.cancelRequestedAt === null)
          rows.set(row.key, { ...row, cancelRequestedAt: at, cancelReason: reason });
      return open.length;
    },
    read: async (home, which) =>
      of(home, which)
        .sort((a, b) => a.plannedAt.getTime() - b.plannedAt.getTime() || (a.key < b.key ? -1 : 1))
        .slice(0, which.limit),
    stillOpen: async (home, keys) => of(home, { keys, open: true }).map(({ key }) => key),
    noteOrphan: async (lease, orphan) => {
      hold(lease);
      if (!orphans.some(({ home, name }) => home === lease.home && name === orphan.name))
        orphans.push({ ...orphan, home: lease.home });
    },
    orphans: async (home) =>
      orphans.filter((one) => one.home === home).map(({ home: _, ...orphan }) => orphan),
  };
}
