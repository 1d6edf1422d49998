/** Why a model gives no forecast: a finding about the input, not a fault of the program. */
export type RefusalReason =
  /** not one finite value */
  | 'no-values'
  /** fewer values than the model needs to have parameters at all */
  | 'too-short'
  /** an infinity, or values so large that the forecast leaves the range of a double */
  | 'not-finite'
  /** log was asked for, but some value is zero or negative */
  | 'not-positive'
  /** the model needs a season or year positions that were not given or do not reach far enough */
  | 'no-season'
  /** the forecast would leave what the series has ever been by far: the model has run away */
  | 'beyond-history';

/** The typed way in which a model says no; `reason` is for programs, `message` for people. */
export class ForecastRefusal extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.name = 'ForecastRefusal';
    this.reason = reason;
  }
}
