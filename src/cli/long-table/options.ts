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
    `${option} must be a whole number from 1 to ${most}, not ${text || 'blank'}`,
    `For example ${option} 13.`,
  );
}

/** The horizon in steps; there is no default, since only the user knows how far ahead matters. */
export function horizonOf(given: Given): number {
  if (given === undefined) {
    throw badOption('--horizon is needed: how many steps ahead', 'For example --horizon 13.');
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
      `--levels takes percentages between 0 and 100, not ${part.trim() || 'blank'}`,
      'For example --levels 80,95.',
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
      `no model is called ${name || 'blank'}`,
      `There are ${MODEL_NAMES.join(', ')}; all = the default choice and each of them.`,
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
  throw badOption(`--budget takes seconds, not ${text || 'blank'}`, 'For example --budget 60.');
}

/** `--covariates`: names separated by commas, `none`, or by default every further column that holds numbers. */
export function covariatesOf(given: string | undefined): CovariateChoice {
  if (given === undefined) return 'numeric';
  if (given.trim() === 'none') return 'none';
  const names = given.split(',').map((part) => part.trim());
  if (names.every((name) => name !== '')) return names;
  throw badOption('--covariates has a blank name', 'For example --covariates temp,price_index, or none.');
}

/** `--known-ahead`: some of the covariates; throws SihwangError 2 for a name that is none. */
export function knownAheadOf(given: string | undefined, covariates: readonly string[]): string[] {
  return (given?.split(',') ?? []).map((part) => {
    const name = part.trim();
    if (covariates.includes(name)) return name;
    throw badOption(
      `--known-ahead ${name || 'blank'} is no covariate`,
      covariates.length > 0
        ? `There are ${covariates.join(', ')}.`
        : 'The table has no further columns of numbers.',
    );
  });
}

/** `--freq`; undefined = infer it. */
export function frequencyGiven(given: Given): Frequency | undefined {
  if (given === undefined) return undefined;
  const frequency = parseFrequency(String(given));
  if (frequency) return frequency;
  throw badOption(
    `--freq ${given} is not known`,
    'Use one of H D W M Q Y 순 (or dekad), or the step of an integer ds, such as 1.',
  );
}
