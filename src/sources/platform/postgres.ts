import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { EXIT, SihwangError } from '../../domain/index.ts';
import type { PlatformTable, TableFilter } from './mapping.ts';

/** A table or view of the platform, open for reading alone, in one snapshot. */
export interface OpenTable {
  readonly columns: readonly string[];
  /** Its rows as CSV with a header line, in blocks, in the order of `order`; of those changed since a day when one is given. */
  read(columns: readonly string[], order: readonly string[], since?: string): AsyncIterable<Buffer>;
  /** The first rows, columns in the order asked for, missing as null. */
  first(columns: readonly string[], rows: number): Promise<(string | null)[][]>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Opens the table that a mapping names and gives it to `use`, in a read-only transaction of one snapshot. The connection
 * string comes from the named environment variable and appears in no message, file or log.
 * Throws CONNECTION_MISSING (78), DATABASE_UNREACHABLE, DATABASE_LOST or DATABASE_SLOW (75), TABLE_UNKNOWN or DATABASE_REFUSED (65).
 */
export async function withTable<T>(
  table: PlatformTable,
  use: (open: OpenTable) => Promise<T>,
  environment: Environment = process.env,
): Promise<T> {
  const secret = environment[table.connection];
  if (!secret) {
    throw new SihwangError(
      'CONNECTION_MISSING',
      {
        ko: `환경 변수가 없습니다: ${table.connection}`,
        en: `the environment variable ${table.connection} is not set`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: `${table.connection}에 접속 문자열을 주세요. 예: postgresql://reader@host:5432/orders?sslmode=verify-full.`,
          en: `Set ${table.connection} to the connection string, e.g. postgresql://reader@host:5432/orders?sslmode=verify-full.`,
        },
      },
    );
  }
  const client = await connected(secret, table);
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    await client.query(`set local statement_timeout = ${table.timeoutSeconds * 1000}`);
    await client.query(
      "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local extra_float_digits = 1",
    );
    const columns = await columnsOf(client, table.table);
    return await use({
      columns,
      read: (wanted, order, since) => rowsOf(client, selectSql(client, table, wanted, order, since)),
      first: async (wanted, rows) => {
        const select = selectSql(client, table, wanted, [], undefined, true);
        const found = await client.query({ text: `${select} limit ${Math.trunc(rows)}`, rowMode: 'array' });
        return found.rows as (string | null)[][];
      },
    });
  } catch (error) {
    throw refused(error, table, secret);
  } finally {
    await client.end().catch(() => {});
  }
}

async function connected(secret: string, table: PlatformTable): Promise<pg.Client> {
  const CONNECT_MS = 10_000;
  let client: pg.Client;
  try {
    client = new pg.Client({
      connectionString: secret,
      connectionTimeoutMillis: CONNECT_MS,
      application_name: 'sihwang',
    });
    // A server that goes away while nothing is asked tells so here; the next question fails with the reason.
    client.on('error', () => {});
    await client.connect();
  } catch (error) {
    throw new SihwangError(
      'DATABASE_UNREACHABLE',
      {
        ko: `${table.connection}의 데이터베이스에 닿을 수 없습니다: ${withoutSecret(error, secret)}`,
        en: `the database that ${table.connection} names cannot be reached: ${withoutSecret(error, secret)}`,
      },
      {
        exit: EXIT.tryAgain,
        hint: {
          ko: `${table.connection}의 접속 문자열, 네트워크, 서버를 확인하세요.`,
          en: `Check the connection string in ${table.connection}, the network and the server.`,
        },
      },
    );
  }
  return client;
}

async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const name = table
    .split('.')
    .map((part) => client.escapeIdentifier(part))
    .join('.');
  const found = await client.query<{ attname: string }>(
    `select attname from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`,
    [name],
  );
  if (found.rows.length > 0) return found.rows.map(({ attname }) => attname);
  throw new SihwangError(
    'TABLE_UNKNOWN',
    {
      ko: `이 사용자가 볼 수 있는 표나 뷰가 아닙니다: ${table}`,
      en: `there is no table or view ${table} that this user may see`,
    },
    {
      exit: EXIT.badData,
      hint: {
        ko: '데이터베이스에 적힌 대로 schema.table을 쓰고, 사용자에게 SELECT 권한을 주세요.',
        en: 'Write schema.table as the database spells it, and give the user SELECT on it.',
      },
    },
  );
}

function selectSql(
  client: pg.Client,
  table: PlatformTable,
  columns: readonly string[],
  order: readonly string[],
  since?: string,
  asText = false,
): string {
  const name = (column: string): string => client.escapeIdentifier(column);
  const from = table.table.split('.').map(name).join('.');
  const conditions = table.where.map((filter) => conditionOf(client, filter));
  if (since !== undefined && table.changedBy !== undefined)
    conditions.push(`${name(table.changedBy)} >= ${client.escapeLiteral(since)}`);
  const list = columns.map((column) => (asText ? `${name(column)}::text` : name(column))).join(', ');
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  const sorted = order.length === 0 ? '' : ` order by ${order.map(name).join(', ')}`;
  return `select ${list} from ${from}${where}${sorted}`;
}

/** COPY takes no parameters, so values are written as literals by the driver's own quoting. */
function conditionOf(client: pg.Client, filter: TableFilter): string {
  const column = `${client.escapeIdentifier(filter.column)}::text`;
  if ('oneOf' in filter)
    return `${column} in (${filter.oneOf.map((value) => client.escapeLiteral(value)).join(', ')})`;
  if ('is' in filter)
    return filter.is === null ? `${column} is null` : `${column} = ${client.escapeLiteral(filter.is)}`;
  return `${column} is distinct from ${filter.isNot === null ? 'null' : client.escapeLiteral(filter.isNot)}`;
}

async function* rowsOf(client: pg.Client, select: string): AsyncGenerator<Buffer> {
  const stream = client.query(
    copyTo(`copy (${select}) to stdout with (format csv, header true, encoding 'UTF8')`),
  );
  for await (const block of stream) yield block as Buffer;
}

/**
 * The server or the way to it went away, or had no room: connection exceptions (08), resources (53), an operator's
 * intervention (57), a lost race (40, 55), and what the driver and the system say of a line that broke.
 */
const GONE_STATES = /^(?:08|40|53|55|57)/;
const GONE_WORDS = /connection (?:terminated|ended)|ECONNRESET|EPIPE|ETIMEDOUT/i;

function isGone(error: unknown): error is Error {
  if (error instanceof pg.DatabaseError) return GONE_STATES.test(error.code ?? '');
  return error instanceof Error && !(error instanceof SihwangError) && GONE_WORDS.test(error.message);
}

function refused(error: unknown, table: PlatformTable, secret: string): unknown {
  const timedOut = error instanceof pg.DatabaseError && error.code === '57014';
  if (!timedOut && isGone(error)) {
    return new SihwangError(
      'DATABASE_LOST',
      {
        ko: `읽는 가운데 데이터베이스와 끊어진 표: ${table.table}: ${withoutSecret(error, secret)}. 아무것도 받아 넣지 않았습니다`,
        en: `the database was lost while ${table.table} was read: ${withoutSecret(error, secret)}; nothing was taken in`,
      },
      {
        exit: EXIT.tryAgain,
        hint: { ko: '잠시 뒤에 다시 하세요.', en: 'Try again in a while.' },
      },
    );
  }
  // Only what the server itself said has a five-character state; our own errors and faults pass as they are.
  if (!(error instanceof pg.DatabaseError)) return error;
  return new SihwangError(
    timedOut ? 'DATABASE_SLOW' : 'DATABASE_REFUSED',
    {
      ko: timedOut
        ? `${table.timeoutSeconds}초 안에 읽지 못한 표: ${table.table}. 아무것도 받아 넣지 않았습니다`
        : `데이터베이스가 읽지 못하게 한 표: ${table.table}: ${withoutSecret(error, secret)}`,
      en: timedOut
        ? `${table.table} was not read within ${table.timeoutSeconds} seconds; nothing was taken in`
        : `the database refused to read ${table.table}: ${withoutSecret(error, secret)}`,
    },
    {
      exit: timedOut ? EXIT.tryAgain : EXIT.badData,
      hint: {
        ko: timedOut
          ? '매핑의 timeoutSeconds를 늘리거나, changedBy에 색인을 만드세요.'
          : '사용자에게 이 표나 뷰의 SELECT 권한만 주면 됩니다.',
        en: timedOut
          ? 'Raise timeoutSeconds in the mapping, or give changedBy an index.'
          : 'The user needs SELECT on the table or view and on no other.',
      },
    },
  );
}

/** What an error says, without the connection string or the password in it. */
function withoutSecret(error: unknown, secret: string): string {
  const says =
    error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
  const password = /:\/\/[^:@/]*:([^@]*)@/.exec(secret)?.[1];
  const hidden = [secret, ...(password ? [password, decoded(password)] : [])].filter((part) => part !== '');
  return hidden.reduce((text, part) => text.replaceAll(part, '…'), says);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
