import type { SeriesForecast } from 'sihwang/forecast';
import { expect, it } from 'vitest';
import { forecastCsv } from './forecast-csv.ts';

it('writes a line for each step, intervals from the outside in and out, and none without a forecast', () => {
  const values = Float64Array.of(1);
  const fan = {
    model: 'ets',
    mean: Float64Array.of(10 / 3, 4),
    intervals: [
      { level: 0.5, lo: Float64Array.of(3, 3.5), hi: Float64Array.of(4, 4.5) },
      { level: 0.95, lo: Float64Array.of(2, 2.5), hi: Float64Array.of(5, 5.5) },
    ],
  } as unknown as SeriesForecast;
  const series = ['배추, 상', 'empty'].map((id) => ({ id, values }));
  expect(forecastCsv(series, [fan, null]).split('\n')).toEqual([
    'unique_id,step,model,mean,lo-95,lo-50,hi-50,hi-95',
    '"배추, 상",1,ets,3.333333333,2,3,4,5',
    '"배추, 상",2,ets,4,2.5,3.5,4.5,5.5',
    '',
  ]);
  expect(forecastCsv(series, [null, null])).toBe('unique_id,step,model,mean\n');
});
