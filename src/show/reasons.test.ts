import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReasons } from './reasons.ts';

describe('the parts of a forecast', () => {
  it('are shown with signs and the decimals of the forecast', () => {
    expect(formatReasons(1100, { level: 1080.4, season: -30.2, recent: 49.8 }, 'en')).toEqual({
      level: '1,080',
      season: '−30',
      recent: '+50',
    });
    expect(formatReasons(2.5, { level: 2.25, season: 0.251, recent: -0.001 }, 'ko')).toEqual({
      level: '2.25',
      season: '+0.25',
      recent: '0.00',
    });
  });

  it('add up as shown', () => {
    const move = fc.double({ min: -400, max: 400, noNaN: true });
    const read = (text: string) => Number(text.replaceAll(',', '').replace('−', '-').replace('+', ''));
    fc.assert(
      fc.property(fc.double({ min: 900, max: 5000, noNaN: true }), move, move, (level, season, recent) => {
        const mean = level + season + recent;
        const shown = formatReasons(mean, { level, season, recent }, 'en');
        const digits = Math.abs(mean) >= 99.95 ? 0 : Math.abs(mean) >= 9.995 ? 1 : 2;
        const whole = Math.round(mean * 10 ** digits) / 10 ** digits;
        expect(read(shown.level) + read(shown.season) + read(shown.recent)).toBeCloseTo(whole, 6);
      }),
    );
  });
});
