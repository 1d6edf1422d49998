import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, Tables } from '../../domain/index.ts';
import type { UntouchedContainer, UntouchedWork } from '../task.ts';
import { FORECASTS, forecastsIn } from './forecasts.ts';
import { writeInput } from './input-folder.ts';
import { OUTCOMES, outcomesIn } from './outcomes.ts';
import { METRICS_BYTES, METRICS_FILE, metricsMissing, metricsOf } from './output-folder.ts';
import type { CommandRecipe } from './recipe.ts';

/** A file of rows that is read whole. */
const ROWS_BYTES = 256 * 2 ** 20;

/** How an image of the user's does the work that SageMaker starts as it stands. */
export const untouchedWork: UntouchedWork<CommandRecipe> = {
  container({ image, command, settings, environment, figures, timeoutSeconds, maxOutputMiB }) {
    if (image === undefined) return null;
    return {
      image,
      command: command.length === 0 ? null : command,
      parameters: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, textOf(value)])),
      environment,
      figures: figures ?? {},
      ...{ timeoutSeconds, maxOutputMiB },
    } satisfies UntouchedContainer;
  },

  async writeInput(folder, snapshot, { horizons, seed }, recipe) {
    const { feed, granularity } = snapshot;
    const { settings } = recipe;
    await writeInput(folder, snapshot, recipe, { feed, granularity, horizons, seed, settings });
  },

  looksInto: { [METRICS_FILE]: METRICS_BYTES, [OUTCOMES.name]: ROWS_BYTES, [FORECASTS.name]: ROWS_BYTES },

  collect(folder, figures) {
    const written = existsSync(join(folder, METRICS_FILE));
    if (!written && Object.keys(figures).length === 0)
      throw metricsMissing({ ko: '이미지', en: 'the image' }, OF_AN_IMAGE);
    const reported = { ...figures, ...(written ? metricsOf(folder) : {}) };
    return { learned: { reported, files: [] }, tables: tablesIn(folder) };
  },
};

const OF_AN_IMAGE = {
  ko: '이미지가 /opt/ml/model/metrics.json을 {"mae": 12.5}처럼 쓰게 하거나, 설정에 SageMaker가 로그에서 읽을 figures를 {"mae": "mae=([0-9.]+)"}처럼 주세요.',
  en: 'Let it write /opt/ml/model/metrics.json, such as {"mae": 12.5}, or give the recipe figures, such as {"mae": "mae=([0-9.]+)"}, that SageMaker reads from its log.',
};

/** What a program said of its past and of days to come. */
export function tablesIn(folder: string): Tables {
  const forecasts = forecastsIn(join(folder, FORECASTS.name));
  return {
    ...(forecasts ? { issued_forecast: forecasts } : {}),
    origin_outcome: outcomesIn(join(folder, OUTCOMES.name)),
  };
}

/** As SageMaker's own images expect it: texts as they are, anything else as JSON. */
function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
