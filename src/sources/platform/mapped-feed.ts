import type { TableShape, TradeColumn } from '../../domain/index.ts';
import { cell, decimal } from '../cells.ts';
import type { Feed } from '../feed.ts';
import { sqlText } from '../rules/sql-text.ts';
import { unitColumns } from '../unit-grammar.ts';
import { type PlatformField, type PlatformMapping, utcOffsetMinutes } from './mapping.ts';
import { PLATFORM_RULES } from './rules.ts';

/** The columns of one table or file that a mapping was used on, in their order; kept so that raw files stay readable. */
export interface MappedTable {
  readonly id: string;
  readonly header: readonly string[];
  readonly delimiter: string;
}

/** The id that the feed of a mapping has everywhere. */
export function platformFeedId(name: string): string {
  return `platform-${name}`;
}

/** The platform's own trades as a feed like any other, from its mapping and the tables met so far. */
export function mappedFeed(mapping: PlatformMapping, tables: readonly MappedTable[]): Feed {
  const offset = utcOffsetMinutes(mapping.timeZone, mapping.name);
  return {
    profile: {
      id: platformFeedId(mapping.name),
      name: mapping.title,
      recordKind: 'trade',
      priceKinds: ['platform'],
      currency: mapping.currency,
      granularity: 'day',
      utcOffsetMinutes: offset,
      // One's own trades are known when their day is over.
      publicationLagHours: 24,
      liveWindowHours: 72,
      calendar: 'learned',
      rangeMeaning: 'extremes',
      simulated: false,
      ways: ['postgres' in mapping.from ? 'database' : 'file'],
      historyFrom: null,
      lateWindowDays: 'postgres' in mapping.from ? mapping.from.postgres.trailingDays : 0,
      silentAfterHours: 72,
      licence: {
        name: "the platform's own records; not for publication",
        attribution: {
          ko: `출처: ${mapping.title.ko} (자체 거래)`,
          en: `Source: ${mapping.title.en} (own trades)`,
        },
      },
    },
    shapes: tables.map((table) => shapeOf(mapping, table, offset)),
    rules: PLATFORM_RULES,
  };
}

function shapeOf({ columns, currency }: PlatformMapping, table: MappedTable, offset: number): TableShape {
  const text = (field: PlatformField | undefined): string =>
    field === undefined ? 'CAST(NULL AS VARCHAR)' : textOf(field);
  const stated = (field: PlatformField | undefined): string =>
    field === undefined ? "''" : `coalesce(${textOf(field)}, '')`;
  const number = (field: PlatformField | undefined): string =>
    field === undefined ? 'CAST(NULL AS DOUBLE)' : decimal(textOf(field));
  const quantity = number(columns.quantity);
  const amount = number(columns.amount);
  const read =
    columns.unit === undefined ? undefined : unitColumns(textOf(columns.unit), number(columns.unitSize));
  const project: Readonly<Record<TradeColumn, string>> = {
    market_day: localDay(text(columns.marketDay), offset),
    recorded_at: instant(text(columns.recordedAt), offset),
    sold_at: instant(text(columns.soldAt), offset),
    item_code: text(columns.item),
    item_name: columns.itemName === undefined ? text(columns.item) : text(columns.itemName),
    variety: stated(columns.variety),
    grade: stated(columns.grade),
    package: columns.package === undefined ? (read?.package ?? "''") : stated(columns.package),
    unit_value: read?.unit_value ?? number(columns.unitWeightKg),
    unit: read?.unit ?? "'kg'",
    market_code: text(columns.market),
    market_name: columns.marketName === undefined ? text(columns.market) : text(columns.marketName),
    method: stated(columns.method),
    price_kind: "'platform'",
    corporation: stated(columns.seller),
    origin: stated(columns.origin),
    lot: text(columns.lot),
    quantity,
    price: columns.price === undefined ? `${amount} / nullif(${quantity}, 0)` : number(columns.price),
    amount,
  };
  return {
    ...table,
    project,
    evidence: {
      price_text: text(columns.price ?? columns.amount),
      status_means:
        columns.status === undefined
          ? "'sold'"
          : `coalesce(${translated(cell(columns.status.column), columns.status.values)}, 'unknown')`,
      other_currency:
        columns.currency === undefined ? "''" : `nullif(${text(columns.currency)}, ${sqlText(currency)})`,
    },
  };
}

function textOf(field: PlatformField): string {
  if (typeof field === 'string') return cell(field);
  if ('constant' in field) return sqlText(field.constant);
  const { column, values } = field;
  return values === undefined
    ? cell(column)
    : `coalesce(${translated(cell(column), values)}, ${cell(column)})`;
}

function translated(text: string, values: Readonly<Record<string, string>>): string {
  const cases = Object.entries(values).map(([from, to]) => `WHEN ${sqlText(from)} THEN ${sqlText(to)}`);
  return cases.length === 0 ? 'CAST(NULL AS VARCHAR)' : `CASE ${text} ${cases.join(' ')} END`;
}

const ZONE = '(Z|[+-][0-9]{2}(?::?[0-9]{2})?)';
const CLOCK = '[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?';
const DATE = '[0-9]{4}-[0-9]{2}-[0-9]{2}';

/** UTC of `2026-01-05 09:30:00+09`; without an offset the clock is the mapping's own. NULL for what is no instant. */
function instant(text: string, offset: number): string {
  const local = `try_cast(replace(regexp_extract(${text}, '^(${DATE}${CLOCK})${ZONE}?$', 1), 'T', ' ') AS TIMESTAMP)`;
  const zone = `nullif(regexp_extract(${text}, '^${DATE}${CLOCK}${ZONE}$', 1), '')`;
  const hours = `coalesce(try_cast(nullif(substr(${zone}, 2, 2), '') AS INTEGER), 0)`;
  const minutes = `coalesce(try_cast(nullif(right(replace(substr(${zone}, 4), ':', ''), 2), '') AS INTEGER), 0)`;
  const sign = `CASE WHEN starts_with(${zone}, '-') THEN -1 ELSE 1 END`;
  const east = `CASE WHEN ${zone} IS NULL THEN ${offset} ELSE ${sign} * (${hours} * 60 + ${minutes}) END`;
  return `${local} - to_minutes(${east})`;
}

/** The market's day of a date (`2026-01-05`, `20260105`, `2026.01.05`, `2026/01/05`) or of an instant. */
function localDay(text: string, offset: number): string {
  const plain = `regexp_replace(${text}, '^([0-9]{4})[./-]?([0-9]{2})[./-]?([0-9]{2})$', '\\1-\\2-\\3')`;
  return `CASE WHEN regexp_full_match(${plain}, '${DATE}') THEN try_cast(${plain} AS DATE)
    ELSE CAST(${instant(text, offset)} + to_minutes(${offset}) AS DATE) END`;
}
