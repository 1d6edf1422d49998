import fc from 'fast-check';
import { render } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { roundTicks, SeasonalChart } from './seasonal-chart.tsx';

const size = {
  width: 800,
  height: 240,
  label: 'seasons',
  formatPrice: (price: number) => `${price}`,
  formatMonth: (month: number) => `m${month}`,
};

test('one path a year, the last in front, and a lost day stays a gap', () => {
  const svg = render(
    <SeasonalChart
      {...size}
      seasons={[
        {
          year: 2025,
          points: [
            { dayOfYear: 1, price: 10 },
            { dayOfYear: 366, price: 30 },
          ],
        },
        {
          year: 2026,
          points: [
            { dayOfYear: 1, price: 20 },
            { dayOfYear: 2, price: null },
            { dayOfYear: 3, price: 25 },
          ],
        },
      ]}
    />,
  );
  const paths = [...svg.matchAll(/ d="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(paths).toHaveLength(2);
  expect(paths[1]?.match(/M/g)).toHaveLength(2);
  expect(svg.indexOf('season-now')).toBeGreaterThan(svg.indexOf('season-past'));
  expect(svg).toContain('>2026<');
  expect(svg).not.toContain('style=');
});

test('too little to draw is nothing', () => {
  expect(
    render(<SeasonalChart {...size} seasons={[{ year: 2026, points: [{ dayOfYear: 1, price: 1 }] }]} />),
  ).toBe('');
});

test('ticks are round, rising, within bounds, and never many', () => {
  expect(roundTicks(480, 1700, 5)).toEqual([500, 1000, 1500]);
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e5, noNaN: true }),
      fc.double({ min: 1, max: 1e5, noNaN: true }),
      (low, span) => {
        const ticks = roundTicks(low, low + span, 5);
        expect(ticks.length).toBeLessThanOrEqual(6);
        for (const [index, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThanOrEqual(low - span * 1e-9);
          expect(tick).toBeLessThanOrEqual((low + span) * (1 + 1e-9));
          if (index > 0) expect(tick).toBeGreaterThan(ticks[index - 1] ?? tick);
        }
      },
    ),
  );
});
