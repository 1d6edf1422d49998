import { expect, it } from 'vitest';
import { formatPercent, formatSignedPercent } from '../numbers.ts';
import { driftFigures, driftTextOf } from './drift.ts';

const FORMS = { percent: formatPercent, signedPercent: formatSignedPercent };

it('the figures of an alarm are said in both languages, and what is not there is left out', () => {
  const figures = { coverage80: 0.42, skill: -0.213, scored: 150, weeks: 26 };
  expect(driftFigures(figures, 'en', FORMS)).toBe(
    'coverage 42.0%, improvement −21.3%, 150 forecasts, 26 weeks',
  );
  expect(driftFigures(figures, 'ko', FORMS)).toBe('적중 42.0%, 개선 −21.3%, 예측 150건, 26주');
  expect(driftFigures({ coverage80: 0.42, skill: null }, 'en', FORMS)).toBe('coverage 42.0%');
  expect(driftFigures({ what: 'excess', alarmWeek: 3 }, 'ko', FORMS)).toBe('');
  expect(Object.keys(driftTextOf('ko').kinds)).toEqual(Object.keys(driftTextOf('en').kinds));
});
