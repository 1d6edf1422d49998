import { type Bilingual, EXIT, type Json, type JsonObject, SihwangError } from '../../domain/index.ts';

/** The models that a recipe can name; baselines always run beside them. */
export const RECIPE_MODELS = ['year-regression', 'ets', 'dynamic-theta'] as const;

/** How prices are forecast. Champion and challengers are the same task with other recipes. */
export interface PriceRecipe extends JsonObject {
  /** The models that are weighed beside the baselines, in the order of RECIPE_MODELS. */
  readonly models: readonly string[];
  /** Share, 0 to 1, of what a model said of the same day before that it holds on to. */
  readonly damping: number;
  /** Whether one model that learns from all series of a market together is a candidate too. */
  readonly global: boolean;
}

export const DEFAULT_RECIPE: PriceRecipe = { models: RECIPE_MODELS, damping: 0, global: false };

/** A recipe with its defaults filled in. Throws TASK_PARAMS_UNREADABLE for what it doesn't know. */
export function readRecipe(given: Json): PriceRecipe {
  if (given === null) return DEFAULT_RECIPE;
  if (typeof given !== 'object' || Array.isArray(given))
    throw unreadable({ ko: '설정은 객체입니다', en: 'a recipe is an object' });
  const unknown = Object.keys(given).find((name) => !(name in DEFAULT_RECIPE));
  if (unknown !== undefined)
    throw unreadable({ ko: `설정에 없는 항목: ${unknown}`, en: `a recipe has no ${unknown}` });
  const { models, damping, global } = { ...DEFAULT_RECIPE, ...given } as JsonObject;
  if (!Array.isArray(models))
    throw unreadable({ ko: 'models는 이름의 목록입니다', en: 'models is a list of names' });
  const stranger = models.find((name) => !(RECIPE_MODELS as readonly Json[]).includes(name as Json));
  if (stranger !== undefined)
    throw unreadable({
      ko: `없는 모델: ${JSON.stringify(stranger)}`,
      en: `there is no model ${JSON.stringify(stranger)}`,
    });
  if (typeof damping !== 'number' || !(damping >= 0 && damping <= 1))
    throw unreadable({ ko: 'damping의 값은 0에서 1까지의 수입니다', en: 'damping is a number from 0 to 1' });
  if (typeof global !== 'boolean')
    throw unreadable({ ko: 'global은 true 또는 false입니다', en: 'global is true or false' });
  // equal recipes are equal jobs, in whatever order somebody wrote them
  return { models: RECIPE_MODELS.filter((name) => models.includes(name)), damping, global };
}

function unreadable(what: Bilingual): SihwangError {
  return new SihwangError(
    'TASK_PARAMS_UNREADABLE',
    { ko: `price-forecast: ${what.ko}`, en: `price-forecast: ${what.en}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: `{ "models": ${RECIPE_MODELS.join(', ')} 가운데 몇, "damping": 0에서 1, "global": true 또는 false } 꼴로 주거나, 빼세요.`,
        en: `Give { "models": some of ${RECIPE_MODELS.join(', ')}, "damping": 0 to 1, "global": true or false }, or leave them out.`,
      },
    },
  );
}
