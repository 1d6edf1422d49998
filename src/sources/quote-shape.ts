import type { QuoteColumn } from '../domain/index.ts';

/** How each column of a quote is made from a published table: none may be left out. */
export type QuoteProjection = Readonly<Record<QuoteColumn, string>>;

/**
 * The columns that many publishers say nothing about. Parts of the key are empty text, because an empty part of a
 * series key means "not stated" and equal keys must compare equal; measured values are NULL.
 */
export const NOT_STATED = {
  recorded_at: 'CAST(NULL AS TIMESTAMP)',
  variety: "''",
  grade: "''",
  package: "''",
  method: "''",
  low: 'CAST(NULL AS DOUBLE)',
  high: 'CAST(NULL AS DOUBLE)',
  volume_kg: 'CAST(NULL AS DOUBLE)',
  sub_source: "''",
  source_rank: '0',
} as const satisfies Partial<QuoteProjection>;

/** Prices per kilogram: the unit stands in the header, not in the rows. */
export const PER_KG = { unit_value: '1.0::DOUBLE', unit: "'kg'" } as const satisfies Partial<QuoteProjection>;
