import { canonicalJson, type Json } from '../../domain/index.ts';
import { championOf, decide, type Records, registerVersion } from '../../records/index.ts';
import type { Deciding } from './weigh-challengers.ts';

/** What makes the forecasts that are published. */
export interface Producing {
  readonly recipe: Json;
  readonly codeVersion: string;
}

/**
 * Registers what produces the published forecasts, and keeps the registry true to it: the first version reigns, and when the
 * package was upgraded the same recipe by the new code follows the old, for no machine can run the old code any more. Any
 * other recipe is registered and changes nothing. Gives the version's id.
 */
export async function settleChampion(records: Records, of: Deciding, producing: Producing): Promise<string> {
  const version = { task: of.task, feed: of.feed, ...producing };
  const id = await registerVersion(records.pool, { ...version, createdAt: of.at, createdBy: of.key });
  const champion = await championOf(records.pool, of.task, of.feed);
  const sameRecipe = champion !== null && canonicalJson(champion.recipe) === canonicalJson(producing.recipe);
  if (champion === null || (sameRecipe && champion.versionId !== id))
    await decide(records.pool, {
      task: of.task,
      feed: of.feed,
      key: `${of.key} settle ${id}`,
      kind: champion ? 'code-changed' : 'first',
      subject: id,
      at: of.at,
      actor: 'registry',
      reason: champion ? 'the-package-was-upgraded' : 'the-first-version',
      evidence: champion ? { from: champion.codeVersion, to: producing.codeVersion } : null,
    });
  return id;
}
