import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSet, type SetName, scoreSet, seriesMissing } from '../../../bench/m-series.ts';
import { type ForecastOptions, forecast, MODEL_NAMES } from '../../../src/forecast/index.ts';

const RECORD = 'test/golden/forecast/accuracy.json';
/** Half a percent: what another order of the same additions may move, and no more. */
const TOLERANCE = 1.005;
/** One series of so many, for seconds instead of minutes. */
const SAMPLES: readonly (readonly [SetName, number])[] = [
  ['M3 monthly', 60],
  ['M4 weekly', 30],
  ['M4 hourly', 60],
];
/** Searching orders with a long season takes too long for a check. */
const ARIMA_MAX_SEASON = 12;

type Owa = Record<string, number>;
const missing = seriesMissing();
const recorded: Owa = JSON.parse(readFileSync(RECORD, 'utf8'));

describe.skipIf(missing)(
  missing ? `OWA of each model (skipped: ${missing})` : 'OWA of each model on a few held-back series',
  () => {
    const found: Owa = {};
    for (const [name, every] of SAMPLES) {
      it(`does not rise: ${name}`, () => {
        const set = readSet(name, { every });
        const owaOf = (models?: ForecastOptions['models']) => {
          const { horizon, season } = set;
          const options = { horizon, season, ...(models ? { models } : {}) };
          const answers = forecast(
            set.series.map(({ known }) => known),
            options,
          );
          const means = answers.map((answer) => (answer.refusal ? [] : answer.mean));
          return Number(scoreSet(set, means).owa.toFixed(4));
        };
        found[`${name} default`] = owaOf();
        for (const model of MODEL_NAMES) {
          if (model.startsWith('arima') && set.season > ARIMA_MAX_SEASON) continue;
          found[`${name} ${model}`] = owaOf([model]);
        }
        if (process.env.SIHWANG_RECORD_ACCURACY) {
          // Only on purpose: a model that became worse for a reason is written down by whoever knows the reason.
          writeFileSync(RECORD, `${JSON.stringify({ ...recorded, ...found }, null, 2)}\n`);
          return;
        }
        const worse = Object.entries(found).filter(([key, owa]) => !(owa <= recorded[key]! * TOLERANCE));
        expect(
          Object.fromEntries(worse),
          `recorded in ${RECORD}; SIHWANG_RECORD_ACCURACY=1 writes it anew`,
        ).toEqual({});
      });
    }
  },
);
