import fc from 'fast-check';
import { expect, it } from 'vitest';
import { connector, decode } from './connector.ts';

const [chunk] = connector.plan({ firstDay: '2026-02-10', lastDay: '2026-02-10' });

it('asks for whole years', () => {
  expect(chunk).toMatchObject({ id: '2026', firstDay: '2026-01-01', lastDay: '2026-12-31' });
  const years = connector.plan({ firstDay: '2024-12-31', lastDay: '2026-01-01' });
  expect(years.map(({ id }) => id)).toEqual(['2024', '2025', '2026']);
});

it('gives, for any text, rows that can be read or a refusal, and never throws', () => {
  const answers = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((locdate) =>
      JSON.stringify({
        header: { resultCode: '00' },
        body: { items: { item: [{ locdate, dateName: '가', isHoliday: 'Y' }] } },
      }),
    ),
  );
  fc.assert(
    fc.property(answers, (body) => {
      const verdict = connector.judge({ status: 200, body }, chunk!, 0, connector.request(chunk!, 0));
      const rows = decode(body);
      if (verdict.ok) expect(rows).toHaveLength(verdict.page.rows);
      else expect(verdict.detail).not.toBe('');
    }),
  );
});
