import { describe, expect, it } from 'vitest';
import { RULE_CALENDARS } from '../domain/index.ts';
import type { LedgerEntry } from '../sources/index.ts';
import { feedById } from '../sources/index.ts';
import type { AskedFeed } from './fetch-batch.ts';
import { nextSourceDay, planFetch, sourceDay, trailingWindow } from './fetch-plan.ts';
import { silentSince } from './source-events.ts';

const feed = feedById('taiwan-amis') as AskedFeed;
const { profile, connector } = feed;
const RANGE = { firstDay: '2026-03-02', lastDay: '2026-03-02' };
const [chunk] = connector.plan(RANGE);
const entry = (status: LedgerEntry['status'], at: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...{ id: chunk!.id, ...RANGE, status, at, rows: 1, failures: 0 },
  ...more,
});

function planned(now: string, known?: LedgerEntry): 'ask' | 'skip' | 'later' {
  const ledger = new Map(known ? [[known.id, known]] : []);
  const plan = planFetch(profile, connector, { range: RANGE }, ledger, new Date(now));
  return plan.ask.length > 0 ? 'ask' : plan.skipped > 0 ? 'skip' : 'later';
}

describe('a plan', () => {
  it('asks again while the publisher still corrects, and no longer once it was good after that', () => {
    expect(profile.lateWindowDays).toBe(7);
    expect(planned('2026-05-01T00:00:00Z')).toBe('ask');
    expect(planned('2026-05-01T00:00:00Z', entry('done', '2026-03-05T00:00:00Z'))).toBe('ask');
    expect(planned('2026-05-01T00:00:00Z', entry('done', '2026-03-09T15:59:00Z'))).toBe('ask');
    expect(planned('2026-05-01T00:00:00Z', entry('done', '2026-03-09T16:00:00Z'))).toBe('skip');
    expect(planned('2026-05-01T00:00:00Z', entry('closed', '2026-04-01T00:00:00Z'))).toBe('skip');
  });

  it.each(['missing', 'partial', 'failed'] as const)('asks again for what is %s', (status) => {
    expect(planned('2026-05-01T00:00:00Z', entry(status, '2026-04-01T00:00:00Z'))).toBe('ask');
  });

  it('waits until the instant that the source named, unless the clock was put back before it was named', () => {
    const known = entry('failed', '2026-05-01T00:00:00Z', { retryAt: '2026-05-01T02:00:00Z' });
    expect(planned('2026-05-01T01:00:00Z', known)).toBe('later');
    expect(planned('2026-05-01T02:00:00Z', known)).toBe('ask');
    expect(planned('2026-04-30T00:00:00Z', known)).toBe('ask');
  });

  it("goes by the source's day, not by ours", () => {
    expect(sourceDay(profile, new Date('2026-03-02T16:30:00Z'))).toBe('2026-03-03');
    expect(nextSourceDay(profile, new Date('2026-03-02T16:30:00Z'))).toEqual(
      new Date('2026-03-03T16:00:00Z'),
    );
    expect(trailingWindow(profile, new Date('2026-03-02T16:30:00Z'))).toEqual({
      firstDay: '2026-02-24',
      lastDay: '2026-03-03',
    });
  });
});

it('a feed is silent when the next day is overdue by its own limit, on its own calendar', () => {
  const daily = {
    ...profile,
    calendar: 'learned' as const,
    utcOffsetMinutes: 0,
    publicationLagHours: 10,
    silentAfterHours: 24,
  };
  expect(silentSince(daily, RULE_CALENDARS, null, new Date('2026-03-09T00:00:00Z'))).toBeUndefined();
  expect(silentSince(daily, RULE_CALENDARS, '2026-03-02', new Date('2026-03-04T10:00:00Z'))).toBeUndefined();
  expect(silentSince(daily, RULE_CALENDARS, '2026-03-02', new Date('2026-03-04T10:00:01Z'))).toEqual(
    new Date('2026-03-03T10:00:00Z'),
  );
  const weekly = { ...daily, calendar: 'weekly' as const };
  expect(silentSince(weekly, RULE_CALENDARS, '2026-03-02', new Date('2026-03-09T12:00:00Z'))).toBeUndefined();
  // Garak does not auction on the first days of a year
  const garak = { ...daily, calendar: 'garak-auction' as const };
  expect(silentSince(garak, RULE_CALENDARS, '2025-12-31', new Date('2026-01-03T09:00:00Z'))).toBeUndefined();
});
