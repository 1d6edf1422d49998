import type { KeyNeed, Manners, SecretPlace } from '../fetch/connector.ts';

const KEY = 'DATA_GO_KR_KEY';

/** Where every service of the portal takes the key; the decoded form of it, encoded once by the call. */
export const SERVICE_KEY: SecretPlace = { in: 'query', name: 'serviceKey', key: KEY };

/** One account has one key, but each dataset must be applied for; `page` is the dataset's page. */
export function keyFor(page: string): KeyNeed {
  return { id: KEY, from: page, shownEncoded: true };
}

/** Answers come slowly in the morning and outages of hours are reported, so calls are few and patient. */
export const MANNERS: Manners = { timeoutMs: 60_000, parallel: 2, attempts: 4 };

/** Calls a day of one key on one service (development account; sources.md §4.6). */
export const CALLS_PER_DAY = 10_000;

type Operator = 'EQ' | 'LIKE' | 'GTE' | 'LTE';

/** One condition of aT's services. Without the `cond[…]` around it a condition is ignored and other rows come. */
export function cond(field: string, operator: Operator, value: string): Readonly<Record<string, string>> {
  return { [`cond[${field}::${operator}]`]: value };
}
