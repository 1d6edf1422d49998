import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editedCalendar, readCalendarEdits } from './calendar-edits.ts';
import { SihwangError } from './errors.ts';
import { KR_HOLIDAYS } from './kr-holidays.ts';
import { GARAK_AUCTION } from './kr-market-calendars.ts';
import { localDate } from './local-date.ts';
import { closureReason, createMarketCalendar, isMarketDay } from './market-calendar.ts';

const edited = (text: string) =>
  createMarketCalendar(editedCalendar(GARAK_AUCTION, [readCalendarEdits('garak.json', text)]), KR_HOLIDAYS);

describe("a person's calendar file", () => {
  it('closes an announced day and opens one that the rules close, with the reason stated', () => {
    const calendar = edited(
      '{"calendar":"garak-auction","closed":["2026-10-10",{"date":"2026-11-07","ko":"시범 휴장","en":"Trial closure"}],"open":["2026-07-08"]}',
    );
    expect(isMarketDay(calendar, localDate('2026-10-10'))).toBe(false);
    expect(closureReason(calendar, localDate('2026-11-07'))).toEqual({
      ko: '시범 휴장',
      en: 'Trial closure',
    });
    expect(isMarketDay(calendar, localDate('2026-07-08'))).toBe(true);
    expect(isMarketDay(calendar, localDate('2026-03-07'))).toBe(false);
  });

  it('of another calendar changes nothing', () =>
    expect(
      isMarketDay(edited('{"calendar":"kamis-survey","closed":["2026-10-10"]}'), localDate('2026-10-10')),
    ).toBe(true));

  it.each([
    ['', 'not a JSON object'],
    ['[]', 'not a JSON object'],
    ['{}', '"calendar" is not one of garak-auction, kamis-survey'],
    ['{"calendar":"garak"}', '"calendar" is not one of garak-auction, kamis-survey'],
    ['{"calendar":"garak-auction","closing":[]}', 'unknown member "closing"'],
    ['{"calendar":"garak-auction","closed":"2026-10-10"}', '"closed" is not a list'],
    ['{"calendar":"garak-auction","closed":["2026-02-30"]}', '"closed": "2026-02-30" is not a calendar day'],
    ['{"calendar":"garak-auction","open":[20261010]}', '"open": 20261010 is not a calendar day'],
    [
      '{"calendar":"garak-auction","closed":["2026-10-10"],"open":["2026-10-10"]}',
      '2026-10-10 is stated twice',
    ],
  ])('%j is refused by name: %s', (text, fault) =>
    expect(() => readCalendarEdits('garak.json', text)).toThrow(`garak.json: ${fault}`),
  );

  it('of any text is read or refused with a hint', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"calendar":"garak-auction","closed":${json}}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          readCalendarEdits('any.json', text);
        } catch (error) {
          expect(error).toBeInstanceOf(SihwangError);
        }
      }),
    );
  });
});
