import { describe, expect, it } from 'vitest';
import { backfillReason } from './text/backfill.ts';
import { decisionKind, decisionReason } from './text/models.ts';
import { skipText } from './text/skip-reasons.ts';

describe('what the pipeline writes down as codes', () => {
  it('is said in either language, with what it is about', () => {
    expect(skipText('no-files /srv/drop place', 'en')).toBe('there are no files: /srv/drop place');
    expect(skipText('up-to-date', 'ko')).toBe('공표된 예측이 모두 이미 이 자료로 낸 것');
    expect(backfillReason('code forecasts; rules demo', 'ko')).toBe(
      '예측을 만드는 코드가 바뀜; demo의 규칙이 바뀜',
    );
    expect(backfillReason('failed', 'en')).toBe('it failed');
    expect(backfillReason(null, 'en')).toBe('it has not run');
    expect([decisionKind('rollback', 'ko'), decisionReason('too-few-origins', 'en')]).toEqual([
      ...['되돌림', 'too few origins to compare yet'],
    ]);
  });

  it('stands as it is where a person or an earlier version wrote it', () => {
    expect(skipText('nothing was forecast', 'ko')).toBe('nothing was forecast');
    expect(backfillReason('it succeeded; the rules of x changed', 'ko')).toBe(
      'it succeeded; the rules of x changed',
    );
    expect(decisionReason('customers complained', 'ko')).toBe('customers complained');
  });
});
