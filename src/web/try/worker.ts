import { forecast, type SeriesForecast } from 'sihwang/forecast';
import type { PastedSeries } from './parse-table.ts';

/** What the page asks of the worker. */
export interface Question {
  readonly series: readonly PastedSeries[];
  readonly horizon: number;
  readonly season: number;
}

/** What the worker says: how far it is, then all forecasts; `null` for a series without one. */
export type Answer =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly forecasts: readonly (SeriesForecast | null)[] }
  | { readonly kind: 'failed'; readonly message: string };

const say = (answer: Answer) => postMessage(answer);

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  try {
    const answers = forecast(
      data.series.map(({ values }) => values),
      {
        horizon: data.horizon,
        season: data.season,
        levels: [0.5, 0.8, 0.95],
        onProgress: (done, total) => say({ kind: 'progress', done, total }),
      },
    );
    say({ kind: 'done', forecasts: answers.map((one) => (one.refusal ? null : one)) });
  } catch (error) {
    say({ kind: 'failed', message: (error as Error).message });
  }
});
