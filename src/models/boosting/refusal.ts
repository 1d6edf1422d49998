/** Why boosting trains, reads or answers nothing: a finding about what it was given, not a fault of the program. */
export type BoostingRefusalReason =
  /** columns, target or weights that do not have the same number of rows, or no row at all */
  | 'rows'
  /** a target, weight or category code outside what the objective or the column can hold */
  | 'value'
  /** an option outside its range */
  | 'option'
  /** a feature that is named twice, or that the table does not have */
  | 'feature'
  /** more rows, features and leaves than 4 GiB of memory can hold */
  | 'too-large'
  /** bytes that are not a model, or a model that was changed or cut */
  | 'bytes';

/** The typed way in which boosting says no; `reason` is for programs, `message` for people. */
export class BoostingRefusal extends Error {
  readonly reason: BoostingRefusalReason;

  constructor(reason: BoostingRefusalReason, message: string) {
    super(message);
    this.name = 'BoostingRefusal';
    this.reason = reason;
  }
}
