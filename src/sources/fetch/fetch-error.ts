/**
 * What can be wrong with an answer, and so what is done about it:
 * `rate` and `transient` are tried again; `blocked` opens the circuit; `auth` and `quota` stop every call of that key and
 * API; `bad_request`, `schema` and `echo_mismatch` are faults to mend; `no_data` asks the calendar; `partial` keeps the chunk open.
 */
export const FETCH_ERROR_KINDS = [
  'auth',
  'quota',
  'rate',
  'transient',
  'blocked',
  'bad_request',
  'no_data',
  'echo_mismatch',
  'partial',
  'schema',
] as const;
export type FetchErrorKind = (typeof FETCH_ERROR_KINDS)[number];
