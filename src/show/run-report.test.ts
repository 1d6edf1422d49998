import { describe, expect, it } from 'vitest';
import { type Happened, reportMarkdown, troubles } from './run-report.ts';

const WELL: Happened = {
  ...{ format: 1, key: 'daily-2026-11-28T21:10:00Z#1', state: 'good' },
  run: {
    ...{ id: 'daily-2026-11-28T21:10:00Z', plan: 'daily', askedBy: 'schedule daily' },
    scheduledFor: '2026-11-28T21:10:00.000Z',
  },
  steps: [{ id: 'fetch.demo', kind: 'fetch', state: 'succeeded', skipReason: null, error: null }],
  feeds: [
    {
      ...{ feed: 'demo', lastDay: '2026-11-28', check: 'green', findings: [] },
      conditions: { version: 12, fresh: true },
      forecasts: { version: 14, fresh: false, notRenewed: 3 },
      scores: { through: '2026-11-28', scored: 620, revised: 4 },
    },
  ],
  ...{ silentSources: [], drift: { open: 0, raised: [] }, decisions: [] },
};

describe('the report of a run', () => {
  it('says in a few lines that all is well', () => {
    expect(reportMarkdown(WELL, 'en')).toBe(`# Report of daily for 2026-11-28T21:10:00.000Z

**All is well**. Run \`daily-2026-11-28T21:10:00Z\`, started by schedule daily

## By feed

| Feed | Last market day | Check | Conditions | Forecasts | Scored |
| --- | --- | --- | --- | --- | --- |
| demo | 2026-11-28 | green | 12 (published) | 14 (as before), 3 not renewed | 620 (4 again), through 2026-11-28 |
`);
    expect(troubles(WELL, 'ko')).toEqual([]);
  });

  it('says first what somebody should look at, in either language', () => {
    const error = {
      class: 'transient',
      code: 'QUIET',
      message: 'no answer',
      hint: 'sihwang sources check',
      ko: { message: '답이 없습니다', hint: 'sihwang sources check' },
    };
    const trouble: Happened = {
      ...{ ...WELL, state: 'trouble' },
      steps: [
        { id: 'fetch.at', kind: 'fetch', state: 'failed', skipReason: null, error },
        { id: 'check.at', kind: 'check', state: 'blocked', skipReason: null, error: null },
      ],
      feeds: [
        {
          ...WELL.feeds[0]!,
          check: 'red',
          findings: [{ ko: '3행, 보통은 900행', en: '3 rows where 900 are usual' }],
        },
      ],
      silentSources: [
        {
          feed: 'at',
          lastDay: null,
          since: '2026-11-27T00:00:00.000Z',
          events: [{ ko: '칸이 바뀜', en: 'a field changed' }],
        },
      ],
      drift: {
        open: 2,
        raised: [
          { feed: 'demo', series: '', horizon: 'W4', kind: 'promise', raisedAt: '2026-11-27T00:00:00.000Z' },
        ],
      },
      decisions: [
        { feed: 'demo', kind: 'rollback', subject: 'v1', reason: 'live-scores-outside-promise' },
        { feed: 'demo', kind: 'keep', subject: 'v2', reason: 'too-few-origins' },
      ],
    };
    const said = reportMarkdown(trouble, 'ko').split('\n');
    expect(said.filter((line) => line.startsWith('- '))).toEqual([
      '- fetch.at 실패: 답이 없습니다 sihwang sources check',
      '- check.at 막힘: 앞 단계가 끝나지 못함',
      '- demo 점검 빨강, 공표하지 않음: 3행, 보통은 900행',
      '- at 자료가 2026-11-27T00:00:00.000Z부터 오지 않음 (마지막 장 –)',
      '- 새 이탈 경보: demo, 자료 전체 W4, 과거 재현이 약속한 성적을 벗어남',
      '- demo 모델 판정 되돌림: v1 (실전 성적이 과거 재현의 약속을 벗어남)',
      '- at: 칸이 바뀜',
      '- demo 모델 판정 그대로: v2 (견줄 시점이 아직 적음)',
      '- 열린 이탈 경보 2건: sihwang models drift',
    ]);
    expect(troubles(trouble, 'en')).toHaveLength(6);
  });
});
