import {
  type Bilingual,
  type CompiledRule,
  type PriceKind,
  parseSeriesKey,
  type SERIES_COLUMNS,
} from '../domain/index.ts';
import {
  type Home,
  LAKE_REASONS,
  type LakeRow,
  type RawRecord,
  rowsBehind,
  type ServingReader,
  type SqlValue,
} from '../lake/index.ts';
import { type Meta, metaOf, type SeriesInfo } from './answers.ts';
import { parseAsOf, parseDay } from './as-of.ts';
import { asOfTables } from './derived-tables.ts';
import { type DaySum, type RowRole, type RowWithRole, rolesOf } from './explain-roles.ts';
import { findSeries } from './find-series.ts';
import { sqlInstant } from './known-basis.ts';
import { numberOrNull, type Row, rowsOf, textOrNull } from './result-rows.ts';

/** Which rows is the number of one series and day made of, and what became of the others? */
export interface ExplainQuestion {
  readonly series: string;
  readonly date: string;
  readonly asOf?: string | undefined;
}

/** A feed's row rule as it is told: what it does to a row that it meets, and why. */
export type RuleTold = Pick<CompiledRule, 'id' | 'outcome' | 'says'>;

export interface ExplainedRow {
  /** SHA-256 of the raw bytes, and the row in them, from 1, headers not counted. */
  readonly rawId: string;
  readonly rawRow: number;
  readonly role: RowRole;
  /** Why it stands where it stands. */
  readonly says: Bilingual;
  /** The rule that met it, by name. */
  readonly rule: string | null;
  /** The row that decided: the other half of a pair, the version that took its place, the first of two alike. */
  readonly by: { readonly rawId: string; readonly rawRow: number } | null;
  /** ISO instants, UTC. */
  readonly receivedAt: string;
  readonly knownAt: string;
  readonly knownAtBasis: 'observed' | 'assumed';
  /** Our columns that the row states; DATE as YYYY-MM-DD. */
  readonly values: Readonly<Record<string, string | number | boolean>>;
  /** The row as it came, where it was not accepted. */
  readonly text: string | null;
}

export interface ExplainedFile {
  readonly rawId: string;
  readonly name: string;
  readonly bytes: number;
  readonly receivedAt: string;
  /** What was asked, without secrets; null for a file. */
  readonly request: { readonly url: string; readonly query: Readonly<Record<string, string>> } | null;
}

/** The day in one of its versions. */
export interface DayVersion extends DaySum {
  readonly volumeKg: number | null;
  /** Cancellations without their lot. */
  readonly unpaired: number;
  /** From when until when it held; null = still. */
  readonly knownFrom: string;
  readonly knownTo: string | null;
  /** Whether this is the version that the question is about. */
  readonly asked: boolean;
}

export interface Explanation {
  readonly meta: Meta;
  readonly info: SeriesInfo;
  readonly day: string;
  /** `left-out`: a past rule keeps the price out of comparisons. `without-price`: rows, but no price. `unknown`: no rows. */
  readonly status: 'published' | 'left-out' | 'without-price' | 'unknown';
  /** The version asked about, as published; null when there is none. */
  readonly published: DayVersion | null;
  /** How the price is made of the rows. */
  readonly formula: Bilingual;
  /** The same worked out again from the rows below. */
  readonly fromRows: DaySum;
  /** False when the rows say something else than what is published: rows that came after the last publication. */
  readonly agrees: boolean;
  /** The past rules that met: one that leaves the price out, those that only warn. */
  readonly pastRules: { readonly id: string; readonly severity: 'flag' | 'warn' }[];
  readonly versions: DayVersion[];
  readonly rows: ExplainedRow[];
  readonly files: ExplainedFile[];
  /** The feed's row rules in force and how many of these rows each met. */
  readonly rules: (RuleTold & { readonly met: number })[];
}

export interface ExplainEffects {
  readonly home: Home;
  /** The row rules of the feed, in order. */
  readonly rules: readonly RuleTold[];
}

/**
 * Explains one number of one day from the rows of the lake. Needs no lock; reads the raw rows' columns, not the raw files.
 * @throws SihwangError `SERIES_UNKNOWN`, `DAY_UNREADABLE`, `AS_OF_UNREADABLE`
 */
export async function explain(
  reader: ServingReader,
  question: ExplainQuestion,
  effects: ExplainEffects,
): Promise<Explanation> {
  const { profile } = reader;
  const asOf = parseAsOf(question.asOf, profile);
  const day = parseDay(question.date, 'date');
  const { seriesId, info } = await findSeries(reader, question.series, asOf);
  const versions = await versionsOf(reader, seriesId, day, asOf);
  const pastRules = await pastRulesMet(reader, seriesId, day, asOf);
  const { rows, raws } = await rowsBehind(effects.home, {
    recordKind: profile.recordKind,
    feed: profile.id,
    series: seriesParts(info),
    day,
  });
  const atMicros = asOf === null ? Number.POSITIVE_INFINITY : Date.parse(asOf) * 1000;
  const told = rolesOf(rows, profile.recordKind, atMicros);
  const published = versions.find((version) => version.asked) ?? null;
  const rules = new Map(effects.rules.map((rule) => [rule.id, rule]));
  return {
    meta: metaOf(reader, { asOf, day, assumed: rows.some((row) => !row.observed) }),
    info,
    day,
    status: statusOf(
      published,
      pastRules.some(({ severity }) => severity === 'flag'),
    ),
    published,
    formula: profile.recordKind === 'trade' ? TRADES_FORMULA : quotesFormula(info.unitValue),
    fromRows: told.sum,
    agrees: same(published?.price ?? null, told.sum.price),
    pastRules,
    versions,
    rows: told.rows.map((one) => explained(one, rules)),
    files: raws.map(fileOf),
    rules: effects.rules.map(({ id, outcome, says }) => ({
      id,
      outcome,
      says,
      met: rows.filter(({ reason }) => reason === id).length,
    })),
  };
}

const TRADES_FORMULA: Bilingual = {
  ko: '가격 = Σ 금액 ÷ Σ 수량(단위 무게로 환산). 취소된 거래와 그 짝은 함께 빠지고, 짝 없는 취소는 물량만 줄입니다.',
  en: 'price = Σ amount ÷ Σ units (packages × unit weight). A cancelled lot and its cancellation are both out; a cancellation without its lot lowers the volume alone.',
};

function quotesFormula(unitValue: number): Bilingual {
  return {
    ko: `가격 = 발표된 값 ÷ ${unitValue} (값이 매겨진 단위의 수)`,
    en: `price = the published price ÷ ${unitValue} (the units that it is for)`,
  };
}

function statusOf(published: DayVersion | null, isLeftOut: boolean): Explanation['status'] {
  if (published === null) return 'unknown';
  if (published.price === null) return 'without-price';
  return isLeftOut ? 'left-out' : 'published';
}

/** Sums of the same figures in another order differ in their last digits. */
function same(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}

function seriesParts(info: SeriesInfo): Record<(typeof SERIES_COLUMNS)[number], string | number> {
  const key = parseSeriesKey(info.series)!;
  return {
    price_kind: key.priceKind satisfies PriceKind,
    item_code: key.item,
    variety: key.variety,
    grade: key.grade,
    package: key.package,
    unit_value: key.unitValue,
    unit: key.unit,
    market_code: key.market,
    method: key.method,
  };
}

async function versionsOf(
  reader: ServingReader,
  seriesId: number,
  day: string,
  asOf: string | null,
): Promise<DayVersion[]> {
  const asked =
    asOf === null
      ? `known_to = timestamp 'infinity'`
      : 'known_from <= cast($asOf as timestamp) and cast($asOf as timestamp) < known_to';
  const found = await reader.query(
    `select known_from, known_to, price, low, high, volume_kg, amount, units, lots, unpaired, ${asked} as asked
     from daily where series_id = ${seriesId} and day = cast($day as date) and known_from < known_to order by known_from`,
    { day, ...(asOf === null ? {} : { asOf: sqlInstant(asOf) }) },
  );
  return rowsOf(found).map((row) => ({
    price: numberOrNull(row, 'price'),
    low: numberOrNull(row, 'low'),
    high: numberOrNull(row, 'high'),
    volumeKg: numberOrNull(row, 'volume_kg'),
    amount: numberOrNull(row, 'amount'),
    units: numberOrNull(row, 'units'),
    lots: numberOrNull(row, 'lots'),
    unpaired: Number(row.unpaired),
    knownFrom: String(row.known_from),
    knownTo: textOrNull(row, 'known_to'),
    asked: row.asked === true,
  }));
}

async function pastRulesMet(
  reader: ServingReader,
  seriesId: number,
  day: string,
  asOf: string | null,
): Promise<Explanation['pastRules']> {
  const params: Record<string, SqlValue> = { day, ...(asOf === null ? {} : { asOf: sqlInstant(asOf) }) };
  const tables =
    asOf === null
      ? ''
      : asOfTables(reader.profile, ['market_days', 'left_out', 'warned'], {
          days: 'd.day <= cast($day as date)',
          marketOf: seriesId,
          series: `d.series_id = ${seriesId}`,
        });
  const one = (table: string, severity: string) =>
    `select distinct reason, '${severity}' as severity from ${table} where series_id = ${seriesId} and day = cast($day as date)`;
  const found = await reader.query(
    `${tables} ${one('left_out', 'flag')} union all ${one('warned', 'warn')} order by severity, reason`,
    params,
  );
  return rowsOf(found).map((row: Row) => ({
    id: String(row.reason),
    severity: row.severity === 'flag' ? 'flag' : 'warn',
  }));
}

function explained({ row, role, by }: RowWithRole, rules: ReadonlyMap<string, RuleTold>): ExplainedRow {
  const values = Object.entries(row.cells).filter(
    (cell): cell is [string, string | number | boolean] => cell[1] !== null && cell[1] !== '',
  );
  return {
    rawId: row.rawId,
    rawRow: row.rawRow,
    role,
    says: sayRole(row, role, rules),
    rule: row.reason,
    by: by === null ? null : { rawId: by.rawId, rawRow: by.rawRow },
    receivedAt: row.receivedAt,
    knownAt: row.knownAt,
    knownAtBasis: row.observed ? 'observed' : 'assumed',
    values: Object.fromEntries(values),
    text: row.text,
  };
}

const ROLES: Readonly<
  Record<Exclude<RowRole, 'flagged' | 'duplicate' | 'rejected' | 'aggregate'>, Bilingual>
> = {
  counts: { ko: '가격에 들어감', en: 'in the price' },
  'lowers-volume': {
    ko: '짝이 되는 거래가 없는 취소: 물량만 줄임',
    en: 'a cancellation without its lot: lowers the volume, not the price',
  },
  empty: { ko: '수량이 0: 값이 없음', en: 'no quantity: no price' },
  cancelled: { ko: '나중에 취소된 거래', en: 'a lot that was cancelled' },
  cancellation: { ko: '거래를 취소하는 행', en: 'the row that cancels a lot' },
  superseded: { ko: '더 나중에 알려진 내용으로 바뀜', en: 'another version of the row took its place' },
  'not-yet-known': { ko: '물은 시점에는 아직 알려지지 않음', en: 'not yet known at the moment asked about' },
  'other-series': {
    ko: '같은 거래가 다른 규격으로 정정된 행',
    en: 'the same lot, corrected into another series',
  },
};

function sayRole(row: LakeRow, role: RowRole, rules: ReadonlyMap<string, RuleTold>): Bilingual {
  if (role !== 'flagged' && role !== 'duplicate' && role !== 'rejected' && role !== 'aggregate')
    return ROLES[role];
  const reason = row.reason ?? '';
  // a rule that an earlier version of the feed had is told by its name
  return rules.get(reason)?.says ?? LAKE_REASONS[reason] ?? { ko: reason, en: reason };
}

function fileOf(raw: RawRecord): ExplainedFile {
  const { rawId, name, bytes, receivedAt, request } = raw;
  return { rawId, name, bytes, receivedAt, request: request ?? null };
}
