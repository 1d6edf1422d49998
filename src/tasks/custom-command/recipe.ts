import {
  type Bilingual,
  type DataQuery,
  EXIT,
  type Json,
  type JsonObject,
  SihwangError,
  type TableQuery,
} from '../../domain/index.ts';

/** A program of the user's own that trains. All of it is part of the job's identity. */
export type CommandRecipe = JsonObject & {
  /** The program and its arguments as they are, never read by a shell; none = an image's own. */
  readonly command: readonly string[];
  /** Raised by hand when the program changes: the same version on the same snapshot is the same job. */
  readonly version: string;
  /** The tables that the program is given. */
  readonly query: { readonly tables: readonly (TableQuery & JsonObject)[] } & JsonObject;
  readonly format: 'csv' | 'parquet';
  /** Handed on in `job.json` as they stand. */
  readonly settings: JsonObject;
  /** Variables that the program has beside the few that every program has. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of variables that are handed on from the worker's own environment, such as CUDA_VISIBLE_DEVICES. */
  readonly inherit: readonly string[];
  /** A program that takes longer is ended and has failed. */
  readonly timeoutSeconds: number;
  /** What it leaves may take so much room. */
  readonly maxOutputMiB: number;
  /** An image that SageMaker starts as it stands, by its digest; absent = our worker starts the program. */
  readonly image?: string;
  /** Figures that SageMaker reads from the image's log: by name, a regular expression whose first group is the number. */
  readonly figures?: Readonly<Record<string, string>>;
};

const TABLES: CommandRecipe['query'] = {
  tables: [
    { table: 'series', columns: ['series', 'market', 'item_code', 'market_code', 'unit', 'origin_day'] },
    { table: 'prices', columns: ['series', 'day', 'price', 'units'] },
    { table: 'market_days', columns: ['market', 'day'] },
    { table: 'days_ahead', columns: ['origin_day', 'day'] },
  ],
};

const DEFAULTS = {
  query: TABLES,
  format: 'csv',
  settings: {},
  environment: {},
  inherit: [],
  timeoutSeconds: 3600,
  maxOutputMiB: 1024,
} as const;

const NAMES = ['command', 'version', 'image', 'figures', ...Object.keys(DEFAULTS)];
const MOST_WORDS = 100;
const MOST_CHARACTERS = 4096;
/** Of SageMaker: docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html */
const MOST_CHARACTERS_OF_IMAGE = 256;
const MOST_FIGURES = 40;
const MOST_PATTERN_CHARACTERS = 500;

/** A recipe with its defaults filled in. Throws TASK_PARAMS_UNREADABLE for what cannot be run. */
export function readCommandRecipe(given: Json): CommandRecipe {
  if (!isObject(given)) throw unreadable({ ko: '설정은 객체입니다', en: 'a recipe is an object' });
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw unreadable({ ko: `설정에 없는 항목: ${unknown}`, en: `a recipe has no ${unknown}` });
  const { version, query, format, settings, environment, inherit, timeoutSeconds, maxOutputMiB } = {
    ...DEFAULTS,
    ...given,
  } as JsonObject;
  const ofImage = readImage(given);
  const command = ofImage.image === undefined ? given.command : (given.command ?? []);
  const fewest = ofImage.image === undefined ? 1 : 0;
  if (!isTexts(command) || command.length < fewest || command.length > MOST_WORDS || command[0] === '')
    throw unreadable({
      ko: `command는 프로그램으로 시작하는 ${fewest}~${MOST_WORDS}개 낱말의 목록입니다`,
      en: `command is a list of ${fewest} to ${MOST_WORDS} words, the program first`,
    });
  const most = ofImage.image === undefined ? MOST_CHARACTERS : MOST_CHARACTERS_OF_IMAGE;
  if (command.some((word) => word.length > most || word.includes('\0')))
    throw unreadable({
      ko: `command의 낱말은 ${most}자까지이고 0 문자가 없어야 합니다`,
      en: `a word of the command has up to ${most} characters, none of them zero`,
    });
  if (typeof version !== 'string' || !/^[\w.+-]{1,100}$/.test(version))
    throw unreadable({
      ko: 'version은 영문자, 숫자, . _ + - 1~100자입니다',
      en: 'version is 1 to 100 letters, digits and . _ + -',
    });
  if (format !== 'csv' && format !== 'parquet')
    throw unreadable({ ko: 'format은 csv 또는 parquet입니다', en: 'format is csv or parquet' });
  if (!isObject(settings)) throw unreadable({ ko: 'settings는 객체입니다', en: 'settings is an object' });
  if (!isObject(environment) || !Object.entries(environment).every(isVariable))
    throw unreadable({
      ko: 'environment는 변수 이름과 글이고, AWS_나 SIHWANG_으로 시작하지 않습니다',
      en: 'environment is names of variables with texts; none begins with AWS_ or SIHWANG_',
    });
  if (!isTexts(inherit) || !inherit.every((name) => isVariable([name, ''])))
    throw unreadable({
      ko: 'inherit은 변수 이름의 목록이고, AWS_나 SIHWANG_으로 시작하지 않습니다',
      en: 'inherit is a list of names of variables; none begins with AWS_ or SIHWANG_',
    });
  if (ofImage.image !== undefined && inherit.length > 0)
    throw unreadable({
      ko: '이미지에는 변수를 물려줄 일꾼이 없습니다. environment에 쓰세요',
      en: 'an image has no worker whose variables could be inherited; say them in environment',
    });
  return {
    command,
    version,
    query: readQuery(query),
    format,
    settings,
    environment: environment as Readonly<Record<string, string>>,
    inherit,
    timeoutSeconds: within('timeoutSeconds', timeoutSeconds, 1, 28 * 86_400),
    maxOutputMiB: within('maxOutputMiB', maxOutputMiB, 1, 100 * 1024),
    ...ofImage,
  };
}

/** Members that a recipe has only with an image: without one they are absent, so that older recipes are what they were. */
function readImage({ image, figures }: JsonObject): Pick<CommandRecipe, 'image' | 'figures'> {
  if (image === undefined) {
    if (figures === undefined) return {};
    throw unreadable({
      ko: 'figures는 이미지의 로그에서 읽습니다. 프로그램은 metrics.json을 씁니다',
      en: 'figures are read from the log of an image; a program writes metrics.json',
    });
  }
  if (typeof image !== 'string' || !/^[\w./:-]{1,200}@sha256:[0-9a-f]{64}$/.test(image))
    throw unreadable({
      ko: 'image는 registry/model@sha256:…처럼 다이제스트가 붙은 이름입니다',
      en: 'image is a name with its digest, such as registry/model@sha256:…',
    });
  if (figures === undefined) return { image };
  const all = isObject(figures) ? Object.entries(figures) : [];
  if (all.length === 0 || all.length > MOST_FIGURES || !all.every(isFigure))
    throw unreadable({
      ko: `figures는 이름 1~${MOST_FIGURES}개와, {"mae": "mae=([0-9.]+)"}처럼 묶음이 하나인 정규식입니다`,
      en: `figures are 1 to ${MOST_FIGURES} names, each with a regular expression that has one group, such as {"mae": "mae=([0-9.]+)"}`,
    });
  return { image, figures: figures as Readonly<Record<string, string>> };
}

function isFigure([name, pattern]: readonly [string, Json | undefined]): boolean {
  if (!/^[A-Za-z_][\w.:-]{0,99}$/.test(name) || typeof pattern !== 'string') return false;
  if (pattern.length > MOST_PATTERN_CHARACTERS || !/\((?!\?)/.test(pattern)) return false;
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Which tables and columns there are is said by whoever draws the snapshot. */
function readQuery(given: Json | undefined): CommandRecipe['query'] {
  const wanted = isObject(given) ? given.tables : undefined;
  if (!Array.isArray(wanted) || wanted.length === 0)
    throw unreadable({ ko: 'query에는 표의 목록이 있어야 합니다', en: 'query has a list of tables' });
  const tables = wanted.map((one): TableQuery & JsonObject => {
    const { table, columns, lastYears, ...more } = isObject(one) ? one : {};
    if (typeof table !== 'string' || !/^[a-z_]+$/.test(table) || !isTexts(columns) || columns.length === 0)
      throw unreadable({
        ko: 'query의 표에는 이름과 열이 있어야 합니다',
        en: 'a table of the query has a name and columns',
      });
    if (Object.keys(more).length > 0)
      throw unreadable({
        ko: `query의 표에 없는 항목: ${Object.keys(more)[0]}`,
        en: `a table of the query has no ${Object.keys(more)[0]}`,
      });
    if (lastYears === undefined) return { table, columns };
    return { table, columns, lastYears: within('lastYears', lastYears, 1, 100) };
  });
  return { tables } satisfies DataQuery;
}

function within(name: string, value: Json | undefined, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw unreadable({
    ko: `${name}의 값은 ${least}에서 ${most}까지의 수입니다`,
    en: `${name} is a number from ${least} to ${most}`,
  });
}

function isVariable([name, value]: readonly [string, Json | undefined]): boolean {
  return /^(?!AWS_|SIHWANG_)[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name) && typeof value === 'string';
}

function isTexts(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(what: Bilingual): SihwangError {
  return new SihwangError(
    'TASK_PARAMS_UNREADABLE',
    { ko: `custom-command: ${what.ko}`, en: `custom-command: ${what.en}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: '{ "command": ["python3", "/opt/model/train.py"], "version": "1" } 꼴로 주세요. 나머지는 docs/bring-your-own-model.md.',
        en: 'Give { "command": ["python3", "/opt/model/train.py"], "version": "1" }; docs/bring-your-own-model.md has the rest.',
      },
    },
  );
}
