/** One step forward of the tables; its text never changes once it is released. */
export interface Migration {
  /** `NNNN-name`; migrations run in the order of the number. */
  readonly id: string;
  readonly sql: string;
}
