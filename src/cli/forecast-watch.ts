import type { ProgressSource, ForecastProgress as Shown } from '../api/index.ts';
import type { ForecastProgress } from '../pipeline/forecasting/index.ts';
import type { Say } from './language.ts';
import { tell } from './output.ts';

const TELL_EVERY_MS = 5_000;

/** Passes on how far the forecasts are: to open pages at once, to the terminal every few seconds. */
export class ForecastWatch implements ProgressSource {
  private readonly latest = new Map<string, Shown>();
  private readonly listeners = new Set<(feed: string, progress: Shown) => void>();
  private toldAt = 0;
  private readonly say: Say;

  constructor(say: Say) {
    this.say = say;
  }

  of(feed: string): Shown | undefined {
    return this.latest.get(feed);
  }

  onStep(listener: (feed: string, progress: Shown) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  step(feed: string, progress: ForecastProgress): void {
    const running = progress.published < progress.series;
    const before = this.latest.get(feed);
    const shown = { computed: progress.done, total: progress.series, running };
    this.latest.set(feed, shown);
    for (const listener of this.listeners) listener(feed, shown);
    if (before?.running === false && !running) return;
    if (running && Date.now() - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = Date.now();
    const { done, series } = progress;
    tell(
      this.say({
        ko: `  ${feed}의 예측: 계열 ${done}/${series}${running ? '' : ', 모두 공표'}`,
        en: `  forecasts of ${feed}: ${done}/${series} series${running ? '' : ', all published'}`,
      }),
    );
  }
}
