import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connector, decode } from './connector.ts';

const [chunk] = connector.plan({ firstDay: '2026-09-01', lastDay: '2026-09-02' });

describe('what is asked of the weather service', () => {
  it('is one call a station and year', () => {
    const chunks = connector.plan(
      { firstDay: '2024-11-01', lastDay: '2026-02-01' },
      { markets: ['108', '119'] },
    );
    expect(chunks.map(({ id }) => id)).toEqual([
      '108/2024-11-01/2024-12-31',
      '119/2024-11-01/2024-12-31',
      '108/2025-01-01/2025-12-31',
      '119/2025-01-01/2025-12-31',
      '108/2026-01-01/2026-02-01',
      '119/2026-01-01/2026-02-01',
    ]);
  });

  it('ends yesterday in Korea, and is nothing when nothing is over', () => {
    const range = { firstDay: '2026-09-02', lastDay: '2026-09-09' };
    const last = (now: string): string | undefined =>
      connector.plan(range, {}, new Date(now)).at(-1)?.lastDay;
    expect(last('2026-09-03T14:59:59Z')).toBe('2026-09-02');
    expect(last('2026-09-03T15:00:00Z')).toBe('2026-09-03');
    expect(last('2026-09-02T14:00:00Z')).toBeUndefined();
  });
});

describe('any text', () => {
  const row = { stnId: '108', tm: '2026-09-01', avgTa: '', minTa: '', maxTa: '', sumRn: null };
  const answers = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"response":{"header":{"resultCode":"00"},"body":{"items":{"item":${json}}}}}`),
    fc
      .jsonValue()
      .map((value) =>
        JSON.stringify({ header: { resultCode: '0' }, body: { items: { item: { ...row, avgTa: value } } } }),
      ),
  );

  it('gives a page whose rows can be read, or a refusal, and never throws', () => {
    fc.assert(
      fc.property(answers, (body) => {
        const verdict = connector.judge({ status: 200, body }, chunk!, 0, connector.request(chunk!, 0));
        const rows = decode(body);
        if (verdict.ok) expect(rows).toHaveLength(verdict.page.rows);
        else expect(verdict.detail).not.toBe('');
      }),
    );
  });
});
