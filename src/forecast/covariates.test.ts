import { describe, expect, it } from 'vitest';
import { panelOf } from '../models/index.ts';
import { backtest, forecast, type SeriesForecast } from './index.ts';

const HORIZON = 4;
const COUNT = 8;
const LENGTH = 80;

/** Series that follow a temperature nobody could foretell from their own past, and what comes next of both. */
function weatherDriven() {
  let state = 7;
  const chance = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const temperatures: number[][] = [];
  const series: number[][] = [];
  for (let i = 0; i < COUNT; i++) {
    const temperature = Array.from({ length: LENGTH + HORIZON }, () => chance());
    temperatures.push(temperature);
    series.push(temperature.map((one) => (10 + i) * (1 + 0.8 * one + 0.02 * chance())));
  }
  const past = Float64Array.from(temperatures.flatMap((one) => one.slice(0, LENGTH)));
  const future = Float64Array.from(temperatures.flatMap((one) => one.slice(LENGTH)));
  return { series, past, future, panel: panelOf(series.map((one) => one.slice(0, LENGTH))) };
}

describe('covariates', () => {
  const { series, past, future, panel } = weatherDriven();
  const plain = forecast(panel, { horizon: HORIZON }) as SeriesForecast[];
  const known = { horizon: HORIZON, covariates: [{ name: 'temp', past, future }] };
  const told = forecast(panel, known) as SeriesForecast[];
  const error = (answers: readonly SeriesForecast[]) =>
    answers.reduce(
      (sum, { mean }, i) =>
        sum + mean.reduce((all, value, k) => all + Math.abs(value - series[i]![LENGTH + k]!), 0),
      0,
    );

  it('that are known ahead are made use of, in every series, and the same twice', () => {
    expect(told.every(({ usesCovariates }) => usesCovariates)).toBe(true);
    expect(plain.every(({ usesCovariates }) => usesCovariates)).toBe(false);
    expect(error(told)).toBeLessThan(0.6 * error(plain));
    expect(forecast(panel, known)).toEqual(told);
  });

  it('known for the past alone tell nothing of a future that does not hang on it', () => {
    const blind = forecast(panel, {
      horizon: HORIZON,
      covariates: [{ name: 'temp', past }],
    }) as SeriesForecast[];
    expect(error(blind)).toBeGreaterThan(0.8 * error(plain));
  });

  it('are left alone with named models and where a budget is too small', () => {
    const named = forecast(panel, { ...known, models: ['ets'] })[0] as SeriesForecast;
    const hurried = forecast(panel, { ...known, budgetSeconds: 1 })[0] as SeriesForecast;
    expect([named.usesCovariates, hurried.usesCovariates]).toEqual([false, false]);
  });

  it('are used by a backtest at each origin, known ahead or not, and never see the values to come', () => {
    const whole = panelOf(series.map((one) => one.slice(0, LENGTH)));
    const options = { horizon: HORIZON, origins: 2, covariates: [{ name: 'temp', past }] };
    const ahead = backtest(whole, { ...options, knownAhead: ['temp'] });
    const [ours, naive] = ahead.methods;
    expect(ours!.cases).toBe(2 * COUNT * HORIZON);
    expect(ours!.wape).toBeLessThan(0.5 * naive!.wape);
    const planted = panelOf(
      series.map((one) =>
        one.slice(0, LENGTH).map((value, t) => (t < LENGTH - HORIZON ? value : value + 1e6)),
      ),
    );
    // Planted values lie above every forecast, so the absolute errors give the sum of the forecasts away.
    const [score] = backtest(planted, { ...options, origins: 1, knownAhead: ['temp'] }).methods;
    const total = planted.values
      .filter((_, at) => at % LENGTH >= LENGTH - HORIZON)
      .reduce((all, value) => all + value, 0);
    const cut = (from: Float64Array) => from.filter((_, at) => at % LENGTH < LENGTH - HORIZON);
    const honest = forecast(panelOf(series.map((one) => one.slice(0, LENGTH - HORIZON))), {
      horizon: HORIZON,
      covariates: [
        { name: 'temp', past: cut(past), future: past.filter((_, at) => at % LENGTH >= LENGTH - HORIZON) },
      ],
    }) as SeriesForecast[];
    const sum = honest.reduce((all, { mean }) => all + mean.reduce((a, b) => a + b, 0), 0);
    expect((total - score!.wape * total) / sum).toBeCloseTo(1, 6);
  });

  it('that do not fit the panel are refused', () => {
    expect(() => forecast(panel, { horizon: 3, covariates: [{ name: 'x', past: future }] })).toThrow(
      'covariate x has 32 numbers beside 640 values',
    );
    expect(() => forecast(panel, { horizon: 3, covariates: [{ name: 'x', past, future }] })).toThrow(
      'not 3 for each of 8 series',
    );
  });

  it('of series that are too few and too short leave the forecast as it is', () => {
    const short = panelOf([[1, 2, 3]]);
    const answer = forecast(short, {
      horizon: 2,
      covariates: [{ name: 'x', past: Float64Array.of(1, 2, 3) }],
    })[0] as SeriesForecast;
    expect(answer.usesCovariates).toBe(false);
    expect([...answer.mean].every(Number.isFinite)).toBe(true);
  });
});
