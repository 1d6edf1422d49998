import { type ForecastModel, ForecastRefusal } from '../models/index.ts';

/** A forecast may be twice the highest price that the series has had, or half the lowest. */
const BEYOND = 2;

/**
 * The model, refusing (`beyond-history`) a path on which a price leaves by far what it was given: a trend carried on
 * for a month is the usual way to a price that no market has seen. For positive values.
 */
export function withinHistory(model: ForecastModel): ForecastModel {
  return {
    ...model,
    fit(known, context) {
      const fitted = model.fit(known, context);
      return {
        model: fitted.model,
        forecast(values, horizon) {
          const forecast = fitted.forecast(values, horizon);
          let lowest = Infinity;
          let highest = 0;
          for (const value of values) {
            if (value < lowest) lowest = value;
            if (value > highest) highest = value;
          }
          for (const [k, mean] of forecast.mean.entries()) {
            if (mean >= lowest / BEYOND && mean <= highest * BEYOND) continue;
            throw new ForecastRefusal(
              'beyond-history',
              `${model.name}: the forecast at step ${k + 1} is far outside of what the series has been`,
            );
          }
          return forecast;
        },
      };
    },
  };
}
