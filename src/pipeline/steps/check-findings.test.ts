import { describe, expect, it } from 'vitest';
import { type Checked, findingsOf } from './check-findings.ts';

const day = (n: number, rows: number) => ({ day: `2026-11-${String(n).padStart(2, '0')}`, rows });
const usual = Array.from({ length: 12 }, (_, at) => day(20 - at, 100 + at));
const well: Checked = {
  days: [day(21, 95), ...usual],
  latest: { rows: 95, rejected: 1 },
  silentSince: undefined,
  events: [],
};
const severities = (checked: Partial<Checked>) =>
  findingsOf({ ...well, ...checked }).map(({ rule, severity }) => `${rule} ${severity}`);

describe('a check', () => {
  it('says nothing against a feed that is as usual, or too young to know', () => {
    expect(findingsOf(well)).toEqual([]);
    expect(severities({ days: [day(21, 1), ...usual.slice(0, 4)] })).toEqual([]);
    expect(severities({ days: [], latest: null })).toEqual([]);
  });

  it('warns of a thin day, and stops one that is nearly empty', () => {
    expect(severities({ days: [day(21, 50), ...usual] })).toEqual(['row-count warn']);
    expect(severities({ days: [day(21, 10), ...usual] })).toEqual(['row-count stop']);
  });

  it('warns of refused rows, and stops a feed of which a quarter is', () => {
    expect(severities({ latest: { rows: 100, rejected: 6 } })).toEqual(['rejected-rows warn']);
    expect(severities({ latest: { rows: 100, rejected: 26 } })).toEqual(['rejected-rows stop']);
  });

  it('warns of silence and of what stands, which keeps nobody from what is there', () => {
    expect(
      severities({ silentSince: new Date(0), events: [{ ko: '칸이 사라짐', en: 'a field is gone' }] }),
    ).toEqual(['freshness warn', 'source-event warn']);
  });
});
