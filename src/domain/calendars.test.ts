import { describe, expect, it } from 'vitest';
import { type AnnouncedDay, createCalendars } from './calendars.ts';
import { localDate } from './local-date.ts';

const rest = (market: string, date: string): AnnouncedDay => ({
  date: localDate(date),
  scope: `taiwan-amis/${market}`,
  kind: 'closure',
  name: 'rest day',
});

describe('rest days that markets announced', () => {
  const calendars = createCalendars(
    [rest('N04/109', '2026-03-02'), rest('N04/104', '2026-03-02'), rest('N04/109', '2026-03-09')],
    [],
  );
  const ask = (market: string, date: string) => calendars.rests('taiwan-amis', market, localDate(date));

  it('tells a market of its own rest days, and of the others in a month it announced', () => {
    expect(ask('N04/109', '2026-03-09')).toBe(true);
    expect(ask('N04/104', '2026-03-09')).toBe(false);
    expect(ask('N04/109', '2026-03-10')).toBe(false);
  });

  it('says nothing of a month, a market or a feed without announcements', () => {
    expect(ask('N04/109', '2026-04-09')).toBeUndefined();
    expect(ask('N05/109', '2026-03-09')).toBeUndefined();
    expect(calendars.rests('japan-maff', 'N04/109', localDate('2026-03-09'))).toBeUndefined();
  });

  it('calls a day a rest of all only when every announcing market rests', () => {
    expect(calendars.allRest('taiwan-amis', localDate('2026-03-02'))).toBe(true);
    expect(calendars.allRest('taiwan-amis', localDate('2026-03-09'))).toBe(false);
    expect(calendars.allRest('taiwan-amis', localDate('2026-05-01'))).toBeUndefined();
  });
});
