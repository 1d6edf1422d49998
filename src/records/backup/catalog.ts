import type { PoolClient } from 'pg';

/** A table that holds rows itself: an ordinary one, or one part of a table that is cut by a range. */
export interface StoredTable {
  readonly name: string;
  /** In their order, those alone that are written; a computed column is none. */
  readonly columns: readonly string[];
  /** Columns of the primary key; empty = it has none, and its rows no order. */
  readonly key: readonly string[];
  /** The table that it is a part of, and of which rows, as SQL; null = it is whole. */
  readonly partOf: { readonly table: string; readonly bound: string } | null;
}

export interface StoredSequence {
  readonly name: string;
  /** Text, for it may be longer than a JavaScript number is exact. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** Those of schema `sihwang`, by name. */
export async function storedTables(client: PoolClient): Promise<readonly StoredTable[]> {
  const { rows } = await client.query<
    Omit<StoredTable, 'partOf'> & { readonly parent: string | null; readonly bound: string | null }
  >(`
    select c.relname as name,
      array(select a.attname::text from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            order by a.attnum) as columns,
      array(select a.attname::text from pg_index i, unnest(i.indkey) with ordinality as k(attnum, place)
            join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
            where i.indrelid = c.oid and i.indisprimary order by k.place) as key,
      (select parent.relname::text from pg_inherits p join pg_class parent on parent.oid = p.inhparent
       where p.inhrelid = c.oid) as parent,
      pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_class c
    where c.relnamespace = 'sihwang'::regnamespace and c.relkind = 'r'
    order by 1`);
  return rows.map(({ name, columns, key, parent, bound }) => ({
    name,
    columns,
    key,
    partOf: parent === null || bound === null ? null : { table: parent, bound },
  }));
}

export async function storedSequences(client: PoolClient): Promise<readonly StoredSequence[]> {
  const { rows } = await client.query<{ name: string }>(
    "select sequencename as name from pg_sequences where schemaname = 'sihwang' order by 1",
  );
  const found: StoredSequence[] = [];
  for (const { name } of rows) {
    const { rows: values } = await client.query<StoredSequence>(
      `select $1::text as name, last_value::text as "lastValue", is_called as "isCalled" from sihwang.${quoted(name)}`,
      [name],
    );
    found.push(values[0]!);
  }
  return found;
}

/** A foreign key of our tables: how to take it away and how to put it back. */
export interface ForeignKey {
  readonly drop: string;
  readonly add: string;
}

export async function foreignKeys(client: PoolClient): Promise<readonly ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as add
    from pg_constraint where contype = 'f' and conparentid = 0 and connamespace = 'sihwang'::regnamespace
    order by 1`);
  return rows;
}

/** A name as SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
