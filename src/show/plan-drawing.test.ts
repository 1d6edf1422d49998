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
    expect(planLines(STEPS, 'en')).toEqual(['a', '├─ b', '└─ c  failed', '   └─ d  (also after b)', 'e']);
    expect(planLines(STEPS, 'ko')[3]).toBe('   └─ d  (또한 b 다음)');
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
    const all = [820, 999.6, 4_200, 59_960, 185_000, 7_800_000];
    expect(all.map((ms) => durationText(ms, 'en'))).toEqual([
      ...['820 ms', '1.0 s', '4.2 s', '1 min 00 s', '3 min 05 s', '2 h 10 min'],
    ]);
    expect(all.slice(2).map((ms) => durationText(ms, 'ko'))).toEqual([
      ...['4.2초', '1분 00초', '3분 05초', '2시간 10분'],
    ]);
  });
});
