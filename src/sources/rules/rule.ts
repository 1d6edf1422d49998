import type { Bilingual, CompiledRule } from '../../domain/index.ts';
import { compileWhen } from './compile.ts';
import type { Condition } from './condition.ts';

/**
 * One thing that can be wrong with a row, or that makes it no price of its own. Rules stand in order:
 * the first that meets decides; a row that none meets is accepted.
 */
export interface Rule {
  readonly id: string;
  /** rejected: kept beside the lake with its reason. flagged: kept in, out of prices. aggregate: a total or pseudo-market. */
  readonly outcome: CompiledRule['outcome'];
  readonly when: Condition;
  readonly says: Bilingual;
}

export function compileRule(rule: Rule): CompiledRule {
  return { id: rule.id, outcome: rule.outcome, sql: compileWhen(rule.when), says: rule.says };
}
