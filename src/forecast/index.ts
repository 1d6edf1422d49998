export {
  type ForecastOptions,
  forecast,
  type Interval,
  type SeriesForecast,
  type SeriesRefusal,
} from './auto-forecast.ts';
export { MODEL_NAMES, type ModelName } from './candidates.ts';
