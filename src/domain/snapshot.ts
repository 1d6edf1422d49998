import type { DataQuery } from './data-query.ts';
import type { Granularity } from './feed-profile.ts';
import type { ColumnType } from './table.ts';

/** One table of a snapshot: one Parquet file. */
export interface SnapshotTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: number;
  /** The first and the last day in it, `YYYY-MM-DD`; null when it has no days or no rows. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * What a snapshot is: its canonical JSON is the file `manifest.json`, and the SHA-256 of that text is the snapshot's
 * name. It says nothing of when and from which publication it was made, so the same data has the same name.
 */
export interface SnapshotManifest {
  readonly v: 1;
  readonly feed: string;
  readonly granularity: Granularity;
  readonly currency: string;
  /**
   * ISO instant: the last one at which something in it became known. Asked as of any later moment before the next row
   * became known, it is the same snapshot.
   */
  readonly asOf: string;
  readonly query: DataQuery;
  readonly tables: readonly SnapshotTable[];
}

/** Where a snapshot came from. The same data may be drawn twice, so a snapshot can have several. */
export interface SnapshotLineage {
  readonly feed: string;
  /** Version of the published conditions that it was read from. */
  readonly conditions: string;
  /** Hash of the lake's rows and the SQL that those conditions were built from: data, rules and code. */
  readonly recipe: string;
  /** Numbers of the commits that the lake consisted of. */
  readonly commits: readonly number[];
  /** Version of the code and of the program that wrote the files. */
  readonly codeVersion: string;
  readonly writtenBy: string;
}

/** Values of one column: days of a DATE; NaN where a DOUBLE is missing, MISSING_WHOLE where a whole number or a day is, '' where a text is. */
export type SnapshotColumn = Int32Array | Float64Array | readonly string[];

/** Keeps the rows whose column has one of these values. */
export interface RowsWhere {
  readonly column: string;
  readonly in: readonly string[];
}

/** What a task reads, wherever the tables are. Every answer comes in the table's own order. */
export interface SnapshotReader {
  readonly feed: string;
  readonly granularity: Granularity;
  read(table: string, columns: readonly string[], where?: RowsWhere): Promise<SnapshotColumns>;
  /** The Parquet file of a whole table, to be read and left alone; absent where tables are no files. */
  parquet?(table: string): Promise<string>;
}

export class SnapshotColumns {
  readonly rows: number;
  private readonly columns: Readonly<Record<string, SnapshotColumn>>;

  constructor(rows: number, columns: Readonly<Record<string, SnapshotColumn>>) {
    this.rows = rows;
    this.columns = columns;
  }

  text(name: string): readonly string[] {
    return this.of(name, (column): column is readonly string[] => Array.isArray(column));
  }

  /** Days since 1970-01-01, or whole numbers. */
  whole(name: string): Int32Array {
    return this.of(name, (column): column is Int32Array => column instanceof Int32Array);
  }

  number(name: string): Float64Array {
    return this.of(name, (column): column is Float64Array => column instanceof Float64Array);
  }

  /** A column of whatever type. */
  any(name: string): SnapshotColumn {
    return this.of(name, (column): column is SnapshotColumn => column !== undefined);
  }

  private of<T extends SnapshotColumn>(name: string, is: (column: SnapshotColumn) => column is T): T {
    const column = this.columns[name];
    if (column === undefined || !is(column)) throw new TypeError(`the snapshot has no such column ${name}`);
    return column;
  }
}
