/**
 * What a task wants to learn from, without a word of SQL: tables of the snapshot catalogue, their columns, and how far
 * back. A snapshot answers it; the same query over the same data at the same moment has the same answer.
 */
export interface DataQuery {
  readonly tables: readonly TableQuery[];
}

export interface TableQuery {
  /** A name of the catalogue, for example `prices`. */
  readonly table: string;
  readonly columns: readonly string[];
  /** Only days of so many years up to the table's last day; all of them when absent. */
  readonly lastYears?: number;
}
