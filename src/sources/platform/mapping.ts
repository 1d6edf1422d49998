import { createRequire } from 'node:module';
import type { z } from 'zod';
import { type Bilingual, CURRENCIES, EXIT, SihwangError } from '../../domain/index.ts';

/**
 * What a mapping file may say. Made when the first mapping is read: most homes have none, and zod takes longer to load
 * than all feeds together.
 */
function makeSchemas() {
  const { z } = createRequire(import.meta.url)('zod') as typeof import('zod');

  /** One of our fields: a column by its name, a column whose words are translated, or the same value in every row. */
  const fieldSchema = z.union([
    z.string().min(1),
    z.strictObject({ column: z.string().min(1), values: z.record(z.string(), z.string()).optional() }),
    z.strictObject({ constant: z.string() }),
  ]);

  /** What a status word of the platform means: `left-out` is no trade yet, or never will be. */
  const STATUS = ['sold', 'cancelled', 'left-out'] as const;
  const statusSchema = z.strictObject({
    column: z.string().min(1),
    values: z.record(z.string(), z.enum(STATUS)),
  });

  const columnsSchema = z
    .strictObject({
      marketDay: fieldSchema,
      lot: fieldSchema,
      item: fieldSchema,
      itemName: fieldSchema.optional(),
      variety: fieldSchema.optional(),
      grade: fieldSchema.optional(),
      package: fieldSchema.optional(),
      unitWeightKg: fieldSchema.optional(),
      unit: fieldSchema.optional(),
      unitSize: fieldSchema.optional(),
      quantity: fieldSchema,
      price: fieldSchema.optional(),
      amount: fieldSchema.optional(),
      market: fieldSchema,
      marketName: fieldSchema.optional(),
      seller: fieldSchema.optional(),
      origin: fieldSchema.optional(),
      method: fieldSchema.optional(),
      soldAt: fieldSchema.optional(),
      recordedAt: fieldSchema.optional(),
      currency: fieldSchema.optional(),
      status: statusSchema.optional(),
    })
    .refine((columns) => columns.price !== undefined || columns.amount !== undefined, {
      message: 'needs price (for one package) or amount (for all of them)',
    })
    .refine((columns) => (columns.unitWeightKg === undefined) !== (columns.unit === undefined), {
      message: 'needs either unitWeightKg (a number of kg) or unit (text such as 10kg상자), not both',
    });

  const filterSchema = z.union([
    z.strictObject({ column: z.string().min(1), is: z.union([z.string(), z.null()]) }),
    z.strictObject({ column: z.string().min(1), oneOf: z.array(z.string()).min(1) }),
    z.strictObject({ column: z.string().min(1), isNot: z.union([z.string(), z.null()]) }),
  ]);

  const databaseSchema = z.strictObject({
    /** The environment variable that holds the connection string; the string itself is never written anywhere. */
    connection: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, 'is the name of an environment variable, such as ORDERS_DATABASE_URL'),
    table: z.string().regex(/^[^.\s"]+(\.[^.\s"]+)?$/, 'is table or schema.table'),
    where: z.array(filterSchema).default([]),
    /** A column of dates or instants; later runs read only what changed since the last one, and the days before it. */
    changedBy: z.string().min(1).optional(),
    trailingDays: z.number().int().min(1).max(366).default(14),
    timeoutSeconds: z.number().int().min(1).max(86_400).default(600),
  });

  const mappingSchema = z.strictObject({
    name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is lower case letters, digits and hyphens'),
    title: z.strictObject({ ko: z.string().min(1), en: z.string().min(1) }),
    from: z.union([
      z.strictObject({ postgres: databaseSchema }),
      z.strictObject({ folder: z.string().min(1), delimiter: z.string().length(1).default(',') }),
    ]),
    currency: z.enum(CURRENCIES),
    timeZone: z.string(),
    columns: columnsSchema,
  });

  return { fieldSchema, filterSchema, databaseSchema, mappingSchema };
}

type Schemas = ReturnType<typeof makeSchemas>;
let schemas: Schemas | undefined;

export type PlatformMapping = z.infer<Schemas['mappingSchema']>;
export type PlatformField = z.infer<Schemas['fieldSchema']>;
export type PlatformTable = z.infer<Schemas['databaseSchema']>;
export type TableFilter = z.infer<Schemas['filterSchema']>;

/** Reads a mapping file's text. Throws MAPPING_INVALID naming each field that is wrong. */
export function parseMapping(text: string, name: string): PlatformMapping {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(
      name,
      [{ ko: `JSON이 아님: ${(cause as Error).message}`, en: `it is no JSON: ${(cause as Error).message}` }],
      cause,
    );
  }
  schemas ??= makeSchemas();
  const read = schemas.mappingSchema.safeParse(json);
  if (!read.success) throw invalid(name, read.error.issues.flatMap(saysOf));
  utcOffsetMinutes(read.data.timeZone, name);
  return read.data;
}

function saysOf(issue: z.core.$ZodIssue): Bilingual[] {
  const field = issue.path.join('.');
  const at = field || 'the file';
  const koAt = field || '파일';
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ ko: `${koAt}에 없는 항목: ${key}`, en: `${at} has no field ${key}` }));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of several forms the one that was meant is the one that came furthest.
    const meant = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0]!;
    return meant.flatMap((one) => saysOf({ ...one, path: [...issue.path, ...one.path] } as z.core.$ZodIssue));
  }
  return [{ ko: `${koAt}이(가) 맞지 않음: ${issue.message}`, en: `${at}: ${issue.message}` }];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((one) => one.path.length));
}

function invalid(name: string, says: readonly Bilingual[], cause?: unknown): SihwangError {
  const listed = (language: keyof Bilingual) => says.map((one) => `\n     ${one[language]}`).join('');
  return new SihwangError(
    'MAPPING_INVALID',
    {
      ko: `플랫폼 거래의 매핑이 아닙니다: ${name}:${listed('ko')}`,
      en: `${name} is no mapping of a platform's trades:${listed('en')}`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '온전한 매핑과 항목의 뜻은 docs/platform-trades.md에 있습니다.',
        en: 'docs/platform-trades.md shows a whole mapping and says what each field means.',
      },
      ...(cause === undefined ? {} : { cause }),
    },
  );
}

/** Minutes east of Greenwich all year round; a zone with summer time is refused, because a day there has two lengths. */
export function utcOffsetMinutes(timeZone: string, name: string): number {
  const offsetAt = (month: number): number => {
    const instant = Date.UTC(2026, month, 15);
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(
      instant,
    );
    const shown = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const match = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(shown);
    return (match?.[1] === '-' ? -1 : 1) * (Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0));
  };
  let offsets: readonly [number, number];
  try {
    offsets = [offsetAt(0), offsetAt(6)];
  } catch (cause) {
    throw invalid(
      name,
      [
        {
          ko: `timeZone: Asia/Seoul 같은 시간대가 아님: ${timeZone}`,
          en: `timeZone: ${timeZone} is no time zone, such as Asia/Seoul`,
        },
      ],
      cause,
    );
  }
  if (offsets[0] !== offsets[1])
    throw invalid(name, [
      {
        ko: `timeZone: ${timeZone}에는 일광 절약 시간이 있어 쓸 수 없음. 그것이 없는 시간대의 날짜로 주세요`,
        en: `timeZone: ${timeZone} has summer time, which is not supported; give days as dates in a zone without it`,
      },
    ]);
  return offsets[0];
}

/** The columns of the platform's table that a mapping reads, each once, in its order. */
export function columnsRead(mapping: PlatformMapping): string[] {
  const fields = Object.values(mapping.columns).filter((field) => field !== undefined);
  return [...new Set(fields.map(columnOf).filter((column) => column !== undefined))];
}

/** The column behind a field; undefined for a constant. */
export function columnOf(field: PlatformField): string | undefined {
  if (typeof field === 'string') return field;
  return 'column' in field ? field.column : undefined;
}

/** Throws MAPPING_COLUMN_UNKNOWN when the table lacks a column, naming the fields and the columns there are. */
export function checkColumns(mapping: PlatformMapping, known: readonly string[], where: string): void {
  const used: (readonly [string, string | undefined])[] = Object.entries(mapping.columns).map(
    ([field, value]) => [`columns.${field}`, columnOf(value)] as const,
  );
  if ('postgres' in mapping.from) {
    const { where: filters, changedBy } = mapping.from.postgres;
    used.push(...filters.map((filter, index) => [`from.postgres.where.${index}`, filter.column] as const));
    used.push(['from.postgres.changedBy', changedBy]);
  }
  const missing = used.filter(([, column]) => column !== undefined && !known.includes(column));
  if (missing.length === 0) return;
  throw new SihwangError(
    'MAPPING_COLUMN_UNKNOWN',
    {
      ko: `${where}에 빠진 열: ${missing.map(([field, column]) => `${column} (${field})`).join(', ')}`,
      en: `${where} lacks ${missing.map(([field, column]) => `${column} (${field})`).join(', ')}`,
    },
    {
      exit: EXIT.badData,
      hint: { ko: `있는 열: ${known.join(', ')}.`, en: `It has the columns ${known.join(', ')}.` },
    },
  );
}
