import { describe, expect, it } from 'vitest';
import { jobKey, jobName, jobSha256, placeJob } from '../../src/jobs/index.ts';
import type { JobRow, JobRows, NewJobRow } from '../../src/jobs/job-rows.ts';
import { testJob } from '../support/test-job.ts';

const AT = new Date('2026-08-21T05:00:00.123Z');

export function newRow(home: string, run: string, seed: number): NewJobRow {
  const spec = placeJob(testJob({ seed, params: { 품목: '배추', nested: { list: [1, 'a', null] } } }), {
    home,
    run,
    runner: 'local',
    store: 'file:///nowhere/',
  });
  const sha = jobSha256(spec.job);
  return {
    key: jobKey(home, run, sha),
    home,
    run,
    runner: 'local',
    jobSha256: sha,
    spec,
    gen: 1,
    plannedAt: AT,
  };
}

/** What the rows keep to, wherever they are; `home` gives a name that no other test uses. */
export function jobRowsSuite(name: string, open: () => JobRows, home: () => string): void {
  describe(`job rows: ${name}`, () => {
    it('keeps a plan as it was given, once, oldest first', async () => {
      const [rows, id] = [open(), home()];
      const lease = await rows.takeLease(id, 'me');
      const planned = [1, 2, 3].map((seed) => newRow(id, 'r-1', seed));
      const later = { ...newRow(id, 'r-1', 4), plannedAt: new Date(AT.getTime() + 1) };
      await rows.plan(lease, [later]);
      await rows.plan(lease, planned);
      await rows.plan(lease, [...planned, later]);
      const found = await rows.read(id, {});
      const byKey = [...planned].sort((a, b) => (a.key < b.key ? -1 : 1));
      expect(found.map(({ key }) => key)).toEqual([...byKey, later].map(({ key }) => key));
      expect(found.at(-1)).toEqual({
        ...later,
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
      } satisfies JobRow);
    });

    it('changes a row that is where it was thought to be, and no other', async () => {
      const [rows, id] = [open(), home()];
      const lease = await rows.takeLease(id, 'me');
      const row = newRow(id, 'r', 1);
      await rows.plan(lease, [row, newRow(id, 'r', 2)]);
      const { key } = row;
      const submitting = { key, gen: 1, from: ['PLANNED'] as const, set: { state: 'SUBMITTING' as const } };
      expect(await rows.change(lease, [submitting, { ...submitting, key: 'nobody' }])).toEqual([key]);
      expect(await rows.change(lease, [submitting])).toEqual([]);
      const attempt = {
        gen: 1,
        name: jobName(key, 1),
        state: 'FAILED' as const,
        errorClass: 'transient' as const,
        exitCode: 75,
        reason: '잠시 뒤',
        endedAt: AT,
        usage: { seconds: 1.5, maxMemoryMiB: null },
      };
      const again = {
        state: 'PLANNED' as const,
        gen: 2,
        attempts: [attempt],
        notBefore: AT,
        spec: { ...row.spec, placement: { ...row.spec.placement, gen: 2 } },
      };
      expect(await rows.change(lease, [{ key, gen: 2, from: ['SUBMITTING'], set: again }])).toEqual([]);
      expect(
        await rows.change(lease, [{ key, gen: 1, from: ['RUNNING', 'SUBMITTING'], set: again }]),
      ).toEqual([key]);
      const [found] = await rows.read(id, { keys: [key] });
      expect(found).toMatchObject({ ...again, jobSha256: row.jobSha256, providerId: null });
      await rows.change(lease, [
        {
          key,
          gen: 2,
          from: ['PLANNED'],
          set: {
            state: 'SUBMITTED',
            providerId: 'p',
            submittedAt: AT,
            lastSeenAt: AT,
            deadlineAt: AT,
            notBefore: null,
          },
        },
      ]);
      expect((await rows.read(id, { keys: [key] }))[0]).toMatchObject({
        state: 'SUBMITTED',
        providerId: 'p',
        submittedAt: AT,
        lastSeenAt: AT,
        deadlineAt: AT,
        notBefore: null,
        attempts: [attempt],
      });
      expect((await rows.read(id, { keys: [] })).length).toBe(0);
    });

    it('check 5: refuses a controller whose lease is not the newest', async () => {
      const [rows, id, other] = [open(), home(), home()];
      const old = await rows.takeLease(id, 'old');
      const otherLease = await rows.takeLease(other, 'other');
      const row = newRow(id, 'r', 1);
      await rows.plan(old, [row]);
      const lease = await rows.takeLease(id, 'new');
      expect(lease.epoch).toBeGreaterThan(old.epoch);
      const change = { key: row.key, gen: 1, from: ['PLANNED'] as const, set: { state: 'FAILED' as const } };
      const lost = { code: 'LEASE_LOST', exit: 75 };
      await expect(rows.plan(old, [newRow(id, 'r', 2)])).rejects.toMatchObject(lost);
      await expect(rows.change(old, [change])).rejects.toMatchObject(lost);
      const orphan = { name: 'x', providerId: null, foundAt: AT };
      await expect(rows.noteOrphan(old, orphan)).rejects.toMatchObject(lost);
      expect(await rows.change(otherLease, [change])).toEqual([]);
      expect((await rows.read(id, {})).map(({ state }) => state)).toEqual(['PLANNED']);
      expect(await rows.change(lease, [change])).toEqual([row.key]);
    });

    it('marks what is to be cancelled once, without a lease, and only what is open', async () => {
      const [rows, id] = [open(), home()];
      const lease = await rows.takeLease(id, 'me');
      const [a, b, c] = [newRow(id, 'r', 1), newRow(id, 'r', 2), newRow(id, 's', 3)] as const;
      await rows.plan(lease, [a, b, c]);
      await rows.change(lease, [{ key: b.key, gen: 1, from: ['PLANNED'], set: { state: 'SUCCEEDED' } }]);
      expect(await rows.requestCancel(id, { run: 'r' }, '그만', AT)).toBe(1);
      expect(await rows.requestCancel(id, { run: 'r' }, 'again', new Date())).toBe(1);
      const found = new Map((await rows.read(id, {})).map((row) => [row.key, row]));
      expect(found.get(a.key)).toMatchObject({ cancelRequestedAt: AT, cancelReason: '그만' });
      expect(found.get(b.key)!.cancelRequestedAt).toBeNull();
      expect(found.get(c.key)!.cancelRequestedAt).toBeNull();
      expect((await rows.read(id, { open: true })).map(({ key }) => key).sort()).toEqual(
        [a.key, c.key].sort(),
      );
      const all = [a, b, c].map(({ key }) => key);
      expect([...(await rows.stillOpen(id, all))].sort()).toEqual([a.key, c.key].sort());
      expect(await rows.stillOpen(id, [b.key, 'nobody'])).toEqual([]);
      expect(await rows.stillOpen('another home', all)).toEqual([]);
      expect((await rows.read(id, { run: 's' })).map(({ key }) => key)).toEqual([c.key]);
    });

    it('tells what was planned or submitted since a moment, and what is open still', async () => {
      const [rows, id] = [open(), home()];
      const lease = await rows.takeLease(id, 'me');
      const [old, again, open_] = [newRow(id, 'r', 1), newRow(id, 'r', 2), newRow(id, 'r', 3)] as const;
      const since = new Date(AT.getTime() + 1000);
      const fresh = { ...newRow(id, 'r', 4), plannedAt: since };
      await rows.plan(lease, [old, again, open_, fresh]);
      const ended = { gen: 1, from: ['PLANNED'] as const, set: { state: 'FAILED' as const } };
      await rows.change(lease, [
        { key: old.key, ...ended },
        { key: again.key, ...ended, set: { state: 'FAILED', submittedAt: since } },
        { key: fresh.key, ...ended },
      ]);
      expect((await rows.read(id, { since })).map(({ key }) => key).sort()).toEqual(
        [again, open_, fresh].map(({ key }) => key).sort(),
      );
    });

    it('plans anew what has ended, with the wish for its end lifted', async () => {
      const [rows, id] = [open(), home()];
      const lease = await rows.takeLease(id, 'me');
      const row = newRow(id, 'r', 1);
      await rows.plan(lease, [row]);
      await rows.requestCancel(id, { run: 'r' }, '그만', AT);
      const { key } = row;
      const ended = { state: 'CANCELLED', errorClass: 'cancelled', error: '그만' } as const;
      await rows.change(lease, [{ key, gen: 1, from: ['PLANNED'], set: ended }]);
      const anew = {
        state: 'PLANNED',
        gen: 2,
        errorClass: null,
        error: null,
        cancelRequestedAt: null,
        cancelReason: null,
      } as const;
      expect(await rows.change(lease, [{ key, gen: 1, from: ['CANCELLED'], set: anew }])).toEqual([key]);
      expect(await rows.read(id, { cancelling: true })).toEqual([]);
      expect((await rows.read(id, { open: true }))[0]).toMatchObject({ key, ...anew });
      expect(await rows.requestCancel(id, { run: 'r' }, 'once more', AT)).toBe(1);
      expect((await rows.read(id, { cancelling: true }))[0]).toMatchObject({ cancelReason: 'once more' });
    });

    it('remembers an orphan once', async () => {
      const [rows, id] = [open(), home()];
      const lease = await rows.takeLease(id, 'me');
      const orphan = { name: 'sw-x', providerId: 'p-1', foundAt: AT };
      await rows.noteOrphan(lease, orphan);
      await rows.noteOrphan(lease, { ...orphan, foundAt: new Date() });
      expect(await rows.orphans(id)).toEqual([orphan]);
      expect(await rows.orphans(home())).toEqual([]);
    });

    it('lets one of two controllers in a hurry win each row', async () => {
      const [rows, id] = [open(), home()];
      const lease = await rows.takeLease(id, 'me');
      const planned = Array.from({ length: 20 }, (_, seed) => newRow(id, 'r', seed));
      await rows.plan(lease, planned);
      const grab = () =>
        rows.change(
          lease,
          planned.map(({ key }) => ({
            key,
            gen: 1,
            from: ['PLANNED'] as const,
            set: { state: 'SUBMITTING' as const },
          })),
        );
      const won = (await Promise.all([grab(), grab(), grab()])).flat();
      expect(won.sort()).toEqual(planned.map(({ key }) => key).sort());
    });
  });
}
