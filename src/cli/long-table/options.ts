import { MODEL_NAMES, type ModelName } from '../../forecast/index.ts';
import type { CovariateChoice } from './covariate-columns.ts';
import { parseFrequency } from './frequency.ts';
import { badOption } from './refusal.ts';
import type { Frequency } from './steps.ts';

/** An option as the command line gives it, or as a program does. */
export type Given = string | number | undefined;

/** A whole number from 1 up to `most`; throws SihwangError 2 naming the option. */
export function wholeNumber(option: string, given: string | number, most: number): number {
  const text = String(given).trim();
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= most) return value;
  throw badOption(
    {
      ko: `${option}의 값은 1에서 ${most}까지의 정수: ${text || '빈칸'}`,
      en: `${option} must be a whole number from 1 to ${most}, not ${text || 'blank'}`,
    },
    { ko: `이를테면 ${option} 13.`, en: `For example ${option} 13.` },
  );
}

/** The horizon in steps; there is no default, since only the user knows how far ahead matters. */
export function horizonOf(given: Given): number {
  if (given === undefined) {
    throw badOption(
      {
        ko: '몇 단위 앞까지 예측할지 --horizon이 필요합니다',
        en: '--horizon is needed: how many steps ahead',
      },
      { ko: '이를테면 --horizon 13.', en: 'For example --horizon 13.' },
    );
  }
  return wholeNumber('--horizon', given, 10_000);
}

/** Interval levels in percent, rising, each once: `80,95`. */
export function levelsOf(given: Given): number[] {
  const parts = String(given ?? '80,95').split(',');
  const levels = parts.map((part) => {
    const level = /^\s*\d{1,2}(\.\d{1,4})?\s*$/.test(part) ? Number(part) : Number.NaN;
    if (level > 0) return level;
    throw badOption(
      {
        ko: `--levels의 값은 0과 100 사이의 퍼센트: ${part.trim() || '빈칸'}`,
        en: `--levels takes percentages between 0 and 100, not ${part.trim() || 'blank'}`,
      },
      { ko: '이를테면 --levels 80,95.', en: 'For example --levels 80,95.' },
    );
  });
  return [...new Set(levels)].sort((a, b) => a - b);
}

/** Models named instead of the default choice, `all`, or undefined for the default. */
export function modelsOf(given: string | undefined): ModelName[] | 'all' | undefined {
  if (given === undefined || given.trim() === 'all') return given === undefined ? undefined : 'all';
  const names = given.split(',').map((part) => {
    const name = part.trim();
    const known = MODEL_NAMES.find((one) => one === name);
    if (known) return known;
    throw badOption(
      { ko: `없는 모델: ${name || '빈칸'}`, en: `no model is called ${name || 'blank'}` },
      {
        ko: `있는 모델: ${MODEL_NAMES.join(', ')}. all은 기본 선택과 이 모두입니다.`,
        en: `There are ${MODEL_NAMES.join(', ')}; all = the default choice and each of them.`,
      },
    );
  });
  return [...new Set(names)];
}

/** `--budget`: seconds that the whole command may take; undefined = no limit. */
export function budgetOf(given: Given): number | undefined {
  if (given === undefined) return undefined;
  const text = String(given).trim();
  const seconds = /^\d{1,7}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0) return seconds;
  throw badOption(
    { ko: `--budget의 값은 초: ${text || '빈칸'}`, en: `--budget takes seconds, not ${text || 'blank'}` },
    { ko: '이를테면 --budget 60.', en: 'For example --budget 60.' },
  );
}

/** `--covariates`: names separated by commas, `none`, or by default every further column that holds numbers. */
export function covariatesOf(given: string | undefined): CovariateChoice {
  if (given === undefined) return 'numeric';
  if (given.trim() === 'none') return 'none';
  const names = given.split(',').map((part) => part.trim());
  if (names.every((name) => name !== '')) return names;
  throw badOption(
    { ko: '--covariates에 빈 이름이 있습니다', en: '--covariates has a blank name' },
    {
      ko: '이를테면 --covariates temp,price_index, 쓰지 않으려면 none.',
      en: 'For example --covariates temp,price_index, or none.',
    },
  );
}

/** `--known-ahead`: some of the covariates; throws SihwangError 2 for a name that is none. */
export function knownAheadOf(given: string | undefined, covariates: readonly string[]): string[] {
  return (given?.split(',') ?? []).map((part) => {
    const name = part.trim();
    if (covariates.includes(name)) return name;
    throw badOption(
      {
        ko: `--known-ahead의 값이 외부 변수가 아닙니다: ${name || '빈칸'}`,
        en: `--known-ahead ${name || 'blank'} is no covariate`,
      },
      covariates.length > 0
        ? { ko: `있는 외부 변수: ${covariates.join(', ')}.`, en: `There are ${covariates.join(', ')}.` }
        : { ko: '표에 숫자로 된 다른 열이 없습니다.', en: 'The table has no further columns of numbers.' },
    );
  });
}

/** `--freq`; undefined = infer it. */
export function frequencyGiven(given: Given): Frequency | undefined {
  if (given === undefined) return undefined;
  const frequency = parseFrequency(String(given));
  if (frequency) return frequency;
  throw badOption(
    { ko: `모르는 --freq: ${given}`, en: `--freq ${given} is not known` },
    {
      ko: 'H D W M Q Y 순(또는 dekad) 가운데 하나나, ds가 정수면 1처럼 그 간격을 쓰세요.',
      en: 'Use one of H D W M Q Y 순 (or dekad), or the step of an integer ds, such as 1.',
    },
  );
}
