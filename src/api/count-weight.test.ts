import { expect, test } from 'vitest';
import { serveInMemory, TEST_PROFILE, testSeries } from '../../test/doubles/serving-in-memory.ts';
import { addDays, localDate } from '../domain/index.ts';
import { conditionTables } from '../market/index.ts';
import { createApp } from './app.ts';
import { seriesSchema } from './contract.ts';

const PORT = 4711;

test('a series by the head says what it was converted by, one by the kg or without a stated row nothing', async () => {
  const series = [
    { item: '211', unit: 'head' },
    { item: '211', unit: 'kg' },
    { item: '212', unit: 'head' },
  ];
  const profile = { ...TEST_PROFILE, id: 'at-survey' };
  const rows = [0, 1, 2].flatMap((at) =>
    [0, 1, 2].map((back) => ({ series: at, day: addDays(localDate('2024-05-03'), -back), price: 3000 })),
  );
  const serving = await serveInMemory(series, rows, { profile, derive: conditionTables(profile) });
  const app = createApp({
    library: serving.library,
    webRoot: '.',
    version: '0',
    port: () => PORT,
    log: () => {},
  });
  try {
    const conversions = await Promise.all(
      series.map(async (one) => {
        const key = encodeURIComponent(testSeries(one, profile));
        const answer = await app.request(`http://127.0.0.1:${PORT}/api/v1/series?series=${key}`, {
          headers: { host: `127.0.0.1:${PORT}` },
        });
        return seriesSchema.parse(await answer.json()).countWeight;
      }),
    );
    expect(conversions).toMatchObject([{ of: 'kg', confidence: 'low' }, null, null]);
    expect(conversions[0]!.price).toBeCloseTo(900, 9);
    expect(conversions[0]!.says).toEqual({
      ko: '환산 1 포기 = 3.3 kg: 900 원/kg · 출처: 같은 조사의 도매 단위(10 kg 그물망 3포기) · 신뢰도 낮음',
      en: 'Converted at 1 head = 3.3 kg: 900 KRW/kg · source: the same survey’s wholesale unit, a 10 kg net of three heads · confidence low',
    });
  } finally {
    app.close();
    serving.close();
  }
});
