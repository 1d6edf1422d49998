import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { LedgerChart } from './ledger-chart.tsx';
import { firstHorizon, horizonsIn, pointsOf, type Said } from './ledger-points.ts';

function said(part: Partial<Said>): Said {
  return {
    ...{ horizon: 'W1', originDay: '2026-03-02', targetDay: '2026-03-09', issuedAt: '2026-03-02T21:00:00Z' },
    ...{ vintage: 1, status: 'model', modelVersion: 'v1', model: 'ets', snapshotSha256: '' },
    ...{ conditionsVersion: 'demo-1', run: 'daily-1', mean: 100, lo80: 90, hi80: 110, naive: 96 },
    ...{ actual: 104, inside80: true, knownAt: '2026-03-09T12:00:00Z' },
    ...part,
  };
}

describe('the points of a ledger', () => {
  it('are first vintages whose day has come, by target day', () => {
    const later = said({ originDay: '2026-03-03', targetDay: '2026-03-10', actual: 130, inside80: false });
    const points = pointsOf([
      later,
      said({}),
      said({ vintage: 2, mean: 104 }),
      said({ originDay: '2026-03-04', actual: null, inside80: null }),
      said({ originDay: '2026-03-05', status: 'withheld', mean: null, lo80: null, hi80: null }),
    ]);
    expect(points.map(({ targetDay, inside }) => [targetDay, inside])).toEqual([
      ['2026-03-09', true],
      ['2026-03-10', false],
    ]);
  });

  it('open on the horizon of the board once some of it has come, else where most has', () => {
    const early = [said({}), said({ horizon: 'W4', actual: null }), said({ horizon: 'MD1' })];
    const more = [...early, said({ horizon: 'MD1', originDay: '2026-03-03' })];
    expect(firstHorizon(more, ['W4', 'S3'])).toBe('MD1');
    expect(firstHorizon([...more, said({ horizon: 'W4' })], ['W4', 'S3'])).toBe('W4');
    expect(firstHorizon([], ['W4'])).toBeUndefined();
    expect(horizonsIn(more, ['MD1', 'W1', 'W2', 'W4'])).toEqual(['MD1', 'W1', 'W4']);
  });
});

describe('the chart of a ledger', () => {
  const draw = (all: readonly Said[]) =>
    renderToString(
      <LedgerChart
        points={pointsOf(all)}
        width={400}
        height={200}
        label="1 of 2"
        formatPrice={String}
        formatDay={(day) => day}
      />,
    );

  it('has a bar and a dot a forecast, hollow where the price lay outside, and stays within its frame', () => {
    const drawn = draw([
      said({}),
      said({ originDay: '2026-03-03', targetDay: '2026-03-30', actual: 150, inside80: false }),
    ]);
    expect(drawn.match(/class="said"/g)).toHaveLength(2);
    expect(drawn.match(/class="came"/g)).toHaveLength(1);
    expect(drawn.match(/came-outside/g)).toHaveLength(1);
    const places = [...drawn.matchAll(/c([xy])="([-\d.]+)"/g)].map(
      ([, axis, at]) => [axis, Number(at)] as const,
    );
    expect(places).toHaveLength(4);
    for (const [axis, at] of places) {
      expect(at).toBeGreaterThanOrEqual(0);
      expect(at).toBeLessThanOrEqual(axis === 'x' ? 400 : 200);
    }
  });

  it('stands with one forecast, and with equal prices', () => {
    expect(draw([said({ mean: 100, lo80: 100, hi80: 100, actual: 100 })])).not.toContain('NaN');
    expect(draw([])).toBe('');
  });
});
