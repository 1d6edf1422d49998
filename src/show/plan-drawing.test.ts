import { describe, expect, it } from 'vitest';
import { planLines, planSvg } from './plan-drawing.ts';
import { durationText, timelineBars } from './run-timeline.ts';

const STEPS = [
  { id: 'a', kind: 'fetch', needs: [] },
  { id: 'b', kind: 'check', needs: ['a'] },
  { id: 'c', kind: 'check', needs: ['a'], state: 'failed' },
  { id: 'd', kind: 'publish<>', needs: ['b', 'c'] },
  { id: 'e', kind: 'fetch', needs: [] },
];

describe('a plan', () => {
  it('is drawn as lines, each step below the last that it needs', () => {
    expect(planLines(STEPS)).toEqual(['a', '├─ b', '└─ c  failed', '   └─ d  (also after b)', 'e']);
  });

  it('is drawn as a picture: every step a box, every need a line, no box over another', () => {
    const svg = planSvg('plan <x>', STEPS);
    expect(svg).toContain('<title>plan &lt;x&gt;</title>');
    expect(svg).toContain('publish&lt;&gt;');
    expect(svg.match(/<path /g)).toHaveLength(4);
    const places = [...svg.matchAll(/<rect x="(\d+)" y="(\d+)"/g)].map(([, x, y]) => `${x} ${y}`);
    expect(places).toHaveLength(5);
    expect(new Set(places).size).toBe(5);
    expect(planSvg('empty', [])).toContain('<svg');
  });
});

describe('a timeline', () => {
  it('shows when each step was under way', () => {
    const bars = timelineBars(
      [
        { id: 'a', startedMs: 1_000, endedMs: 2_000 },
        { id: 'b', startedMs: 2_000, endedMs: null },
        { id: 'c', startedMs: null, endedMs: null },
      ],
      3_000,
    );
    expect(bars).toEqual(['█'.repeat(20) + '·'.repeat(20), '·'.repeat(20) + '░'.repeat(20), '·'.repeat(40)]);
    expect(timelineBars([], 0)).toEqual([]);
  });

  it('says how long something took in the unit that fits', () => {
    expect([820, 4_200, 185_000, 7_800_000].map(durationText)).toEqual([
      '820 ms',
      '4.2 s',
      '3 min 05 s',
      '2 h 10 min',
    ]);
  });
});
