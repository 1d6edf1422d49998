import {
  type DataQuery,
  EXIT,
  type Json,
  type JsonObject,
  SihwangError,
  type TableQuery,
} from '../../domain/index.ts';

/** A program of the user's own that trains. All of it is part of the job's identity. */
export interface CommandRecipe extends JsonObject {
  /** The program and its arguments as they are, never read by a shell. */
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
}

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

const NAMES = ['command', 'version', ...Object.keys(DEFAULTS)];
const MOST_WORDS = 100;
const MOST_CHARACTERS = 4096;

/** A recipe with its defaults filled in. Throws TASK_PARAMS_UNREADABLE for what cannot be run. */
export function readCommandRecipe(given: Json): CommandRecipe {
  if (!isObject(given)) throw unreadable('a recipe is an object');
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw unreadable(`a recipe has no ${unknown}`);
  const { command, version, query, format, settings, environment, inherit, timeoutSeconds, maxOutputMiB } = {
    ...DEFAULTS,
    ...given,
  } as JsonObject;
  if (!isTexts(command) || command.length === 0 || command.length > MOST_WORDS || command[0] === '')
    throw unreadable(`command is a list of 1 to ${MOST_WORDS} words, the program first`);
  if (command.some((word) => word.length > MOST_CHARACTERS || word.includes('\0')))
    throw unreadable(`a word of the command has up to ${MOST_CHARACTERS} characters, none of them zero`);
  if (typeof version !== 'string' || !/^[\w.+-]{1,100}$/.test(version))
    throw unreadable('version is 1 to 100 letters, digits and . _ + -');
  if (format !== 'csv' && format !== 'parquet') throw unreadable('format is csv or parquet');
  if (!isObject(settings)) throw unreadable('settings is an object');
  if (!isObject(environment) || !Object.entries(environment).every(isVariable))
    throw unreadable('environment is names of variables with texts; none begins with AWS_ or SIHWANG_');
  if (!isTexts(inherit) || !inherit.every((name) => isVariable([name, ''])))
    throw unreadable('inherit is a list of names of variables; none begins with AWS_ or SIHWANG_');
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
  };
}

/** Which tables and columns there are is said by whoever draws the snapshot. */
function readQuery(given: Json | undefined): CommandRecipe['query'] {
  const wanted = isObject(given) ? given.tables : undefined;
  if (!Array.isArray(wanted) || wanted.length === 0) throw unreadable('query has a list of tables');
  const tables = wanted.map((one): TableQuery & JsonObject => {
    const { table, columns, lastYears, ...more } = isObject(one) ? one : {};
    if (typeof table !== 'string' || !/^[a-z_]+$/.test(table) || !isTexts(columns) || columns.length === 0)
      throw unreadable('a table of the query has a name and columns');
    if (Object.keys(more).length > 0) throw unreadable(`a table of the query has no ${Object.keys(more)[0]}`);
    if (lastYears === undefined) return { table, columns };
    return { table, columns, lastYears: within('lastYears', lastYears, 1, 100) };
  });
  return { tables } satisfies DataQuery;
}

function within(name: string, value: Json | undefined, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw unreadable(`${name} is a number from ${least} to ${most}`);
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

function unreadable(what: string): SihwangError {
  return new SihwangError('TASK_PARAMS_UNREADABLE', `custom-command: ${what}`, {
    exit: EXIT.usage,
    hint: 'Give { "command": ["python3", "/opt/model/train.py"], "version": "1" }; docs/bring-your-own-model.md has the rest.',
  });
}
