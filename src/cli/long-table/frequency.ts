import { lastDayOf } from './civil.ts';
import { type DsForm, formatDs, MS_PER_HOUR, type Stamp } from './ds.ts';
import type { LongTable } from './read.ts';
import { badOption, badTable, quoted } from './refusal.ts';
import {
  describeFrequency,
  exactStep,
  type Frequency,
  type FrequencyCode,
  MONTHS,
  monthDay,
  splitDay,
  stepsBetween,
} from './steps.ts';

/** Steps in the season that is taken when none is given. */
export const DEFAULT_SEASON: Readonly<Record<FrequencyCode, number>> = {
  H: 24,
  D: 7,
  W: 52,
  M: 12,
  Q: 4,
  Y: 1,
  순: 36,
  integer: 1,
};

const CODES_OF: Readonly<Record<DsForm['kind'], readonly FrequencyCode[]>> = {
  integer: ['integer'],
  dekad: ['순'],
  month: ['M', 'Q', 'Y'],
  date: ['D', 'W', 'M', 'Q', 'Y', '순'],
  'date-time': ['H', 'D', 'W', 'M', 'Q', 'Y', '순'],
};
const FINEST_FIRST: readonly FrequencyCode[] = ['H', 'D', 'W', '순', 'M', 'Q', 'Y'];
/** A series shows a step of its own from this many neighbours on; fewer may be gaps. */
const ENOUGH_PAIRS = 3;

/** Reads `--freq`: one of `H D W M Q Y 순` (or `dekad`) or the step of integers; undefined when it is neither. */
export function parseFrequency(text: string): Frequency | undefined {
  const word = text.normalize('NFC').trim().toUpperCase();
  if (word === '순' || word === 'DEKAD') return { code: '순', step: 1 };
  if (/^[HDWMQY]$/.test(word)) return { code: word as FrequencyCode, step: 1 };
  if (word === 'INTEGER') return { code: 'integer', step: 1 };
  return /^[1-9]\d{0,8}$/.test(word) ? { code: 'integer', step: Number(word) } : undefined;
}

/**
 * The frequency of a table: the commonest step between neighbours, of which every other difference must be a whole
 * multiple (a gap). `given` overrides what would be inferred, and the differences are held against it.
 * Throws SihwangError 65 naming the first series and line off the step, or when there is nothing to infer from;
 * 2 when `given` does not suit the form of `ds`.
 */
export function frequencyOf(table: LongTable, given?: Frequency): Frequency {
  const allowed = CODES_OF[table.form.kind];
  if (given && !allowed.includes(given.code)) {
    throw badOption(
      {
        ko: `${exampleOf(table)}처럼 쓴 ds에 맞지 않는 --freq: ${describeFrequency(given)}`,
        en: `--freq ${describeFrequency(given)} does not suit a ds written as ${exampleOf(table)}`,
      },
      table.form.kind === 'integer'
        ? {
            ko: '정수의 간격을 주거나 --freq를 빼세요.',
            en: 'Give the step of the integers, or leave --freq out.',
          }
        : {
            ko: `${allowed.join(' ')} 가운데 하나를 쓰거나 --freq를 빼세요.`,
            en: `Use one of ${allowed.join(' ')}, or leave --freq out.`,
          },
    );
  }
  const frequency = given ?? commonestStep(table);
  refuseMixedSteps(table, frequency, given === undefined);
  return frequency;
}

function commonestStep(table: LongTable): Frequency {
  const { form } = table;
  if (form.kind === 'dekad') return { code: '순', step: 1 };
  const counts = new Map<FrequencyCode | number, number>();
  let pairs = 0;
  let shortest = Infinity;
  eachPair(table, (from, to) => {
    pairs++;
    shortest = Math.min(shortest, to - from);
    const step = form.kind === 'integer' ? to - from : exactStep(from, to);
    if (step !== undefined) counts.set(step, (counts.get(step) ?? 0) + 1);
  });
  let best: FrequencyCode | number | undefined;
  for (const [step, count] of counts) {
    const most = best === undefined ? 0 : counts.get(best)!;
    if (count > most || (count === most && isFiner(step, best!))) best = step;
  }
  if (typeof best === 'number') return { code: 'integer', step: best };
  if (best !== undefined) return { code: best, step: 1 };
  if (form.kind === 'integer') return { code: 'integer', step: 1 };
  if (form.kind === 'month') return { code: 'M', step: 1 };
  throw badTable(
    'STEP_UNKNOWN',
    pairs === 0
      ? {
          ko: '행이 둘 이상인 계열이 없어 ds의 간격을 알 수 없습니다',
          en: 'no series has two rows, so the step of ds cannot be inferred',
        }
      : {
          ko: '시간, 일, 주, 순, 월, 분기, 연 가운데 어느 간격으로도 이어진 두 행이 없습니다',
          en: 'no two neighbouring rows are one hour, day, week, 순, month, quarter or year apart',
        },
    shortest < MS_PER_HOUR
      ? {
          ko: '한 시간보다 잦은 간격은 읽지 않습니다. ds를 1, 2, 3, …으로 매기고 --season을 주세요 (15분 간격의 하루는 96).',
          en: 'Steps shorter than an hour are not read: number the rows 1, 2, 3, … in ds and give --season (96 for a day of quarter hours).',
        }
      : {
          ko: `--freq(${CODES_OF[form.kind].join(' ')})로 간격을 주세요. 사이의 행은 빈 값이 됩니다.`,
          en: `Say the step with --freq (${CODES_OF[form.kind].join(' ')}); rows between become missing values.`,
        },
  );
}

function isFiner(step: FrequencyCode | number, than: FrequencyCode | number): boolean {
  if (typeof step === 'number') return step < (than as number);
  return FINEST_FIRST.indexOf(step) < FINEST_FIRST.indexOf(than as FrequencyCode);
}

function refuseMixedSteps(table: LongTable, frequency: Frequency, inferred: boolean): void {
  const { form, stamps, offsets, lines } = table;
  const name = describeFrequency(frequency);
  table.ids.forEach((id, i) => {
    const start = offsets[i]!;
    const end = offsets[i + 1]!;
    const anchor = frequency.code in MONTHS ? monthDay(table, i) : undefined;
    let single = 0;
    for (let row = start + 1; row < end; row++) {
      const steps = stepsBetween(form, frequency, stamps[row - 1]!, stamps[row]!);
      if (steps === 1) single++;
      if (!Number.isNaN(steps) && (anchor === undefined || standsOn(anchor, stamps[row]!))) continue;
      const [from, to] = [formatDs(form, stamps[row - 1]!), formatDs(form, stamps[row]!)];
      throw badTable(
        'MIXED_STEP',
        {
          ko: `계열 ${quoted(id)}, ${lines[row]}행: ${from}에서 ${to}까지가 간격 ${name}의 정수배가 아닙니다`,
          en: `series ${quoted(id)}, line ${lines[row]}: from ${from} to ${to} is no whole number of steps of ${name}`,
        },
        form.kind === 'integer'
          ? {
              ko: '행을 고치거나 --freq N으로 간격을 주세요. 사이의 행은 빈 값이 됩니다.',
              en: 'Repair the row, or give the step with --freq N; rows between become missing values.',
            }
          : {
              ko: '행을 고치거나 더 잦은 --freq(빠진 날이 있으면 D)를 주세요. 사이의 행은 빈 값이 됩니다.',
              en: 'Repair the row, or give a finer --freq (D for days with gaps); rows between become missing values.',
            },
      );
    }
    if (inferred && single === 0 && end - start > ENOUGH_PAIRS) {
      throw badTable(
        'MIXED_STEP',
        {
          ko: `계열 ${quoted(id)}, ${lines[start + 1]}행: 다른 계열처럼 간격 ${name}으로 이어진 두 행이 없습니다`,
          en: `series ${quoted(id)}, line ${lines[start + 1]}: no two of its rows are one step of ${name} apart, as in other series`,
        },
        {
          ko: '간격이 다른 표는 따로 예측하거나 --freq를 주세요.',
          en: 'Forecast tables of different steps one by one, or give --freq.',
        },
      );
    }
  });
}

/** Neighbours alone let a date slip by (29 February, 30 March, 30 April): the whole series stands on one day. */
function standsOn(anchor: number, stamp: Stamp): boolean {
  const { year, month, day } = splitDay(stamp);
  return day === Math.min(anchor, lastDayOf(year, month));
}

function eachPair(table: LongTable, visit: (from: Stamp, to: Stamp) => void): void {
  const { offsets, stamps } = table;
  for (let i = 0; i < table.ids.length; i++) {
    for (let row = offsets[i]! + 1; row < offsets[i + 1]!; row++) visit(stamps[row - 1]!, stamps[row]!);
  }
}

function exampleOf(table: LongTable): string {
  return formatDs(table.form, table.stamps[0]!) ?? table.form.kind;
}
