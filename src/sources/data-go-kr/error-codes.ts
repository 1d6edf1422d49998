import type { FetchErrorKind } from '../fetch/fetch-error.ts';

interface KnownError {
  readonly kind: FetchErrorKind;
  /** What it means and what to do next. */
  readonly says: string;
}

const APPLY =
  'apply for this dataset with the same account at data.go.kr; an approval can take an hour to be in force';
const LATER = 'the portal failed inside; try again';

/**
 * Codes of the portal's gateway and of the services behind it, without leading zeros: the symbolic name stands in
 * different places, so only the code is trusted. Names and reactions: sources.md §4.5.
 */
const KNOWN: Readonly<Record<string, KnownError>> = {
  '1': { kind: 'transient', says: `application error: ${LATER}` },
  '2': { kind: 'transient', says: `database error: ${LATER}` },
  '3': { kind: 'no_data', says: 'no rows for this question' },
  '4': { kind: 'transient', says: `HTTP error behind the gateway: ${LATER}` },
  '5': { kind: 'transient', says: `the service did not answer the gateway in time: ${LATER}` },
  '10': { kind: 'bad_request', says: 'a parameter is invalid: the connector must be mended' },
  '11': { kind: 'bad_request', says: 'a required parameter is missing: the connector must be mended' },
  '12': {
    kind: 'bad_request',
    says: 'the service no longer exists at this address: the connector must be mended',
  },
  '20': { kind: 'auth', says: `the key may not use this service: ${APPLY}` },
  '21': { kind: 'auth', says: 'the key is suspended for a while: try the next run' },
  '22': {
    kind: 'quota',
    says: "the key's calls of today for this service are used up: wait for the next day in Korea",
  },
  '23': { kind: 'rate', says: 'too many calls in one second' },
  '29': { kind: 'auth', says: 'refused with a code whose meaning is not published: try the next run' },
  '30': { kind: 'auth', says: `the key is not registered: check it, or ${APPLY}` },
  '31': { kind: 'auth', says: 'the key has expired: extend it at data.go.kr' },
  '32': { kind: 'auth', says: 'the key is bound to other addresses: register this one at data.go.kr' },
  '33': { kind: 'auth', says: 'the call is not signed: check the kind of key at data.go.kr' },
  '99': { kind: 'transient', says: `unknown error: ${LATER}` },
  '-10': {
    kind: 'quota',
    says: "today's traffic for this service is used up: wait for the next day in Korea",
  },
};

/** What a code other than success says. A code that nobody has described may pass, so it is tried again. */
export function errorOfCode(code: string): KnownError {
  const known = KNOWN[plainCode(code)];
  return known ?? { kind: 'transient', says: 'the service refused with a code that is not described' };
}

/** Success is written `0` and `00`. */
export function isSuccess(code: string): boolean {
  return plainCode(code) === '0';
}

function plainCode(code: string): string {
  return code.trim().replace(/^(-?)0+(?=\d)/, '$1');
}
