import type { Json } from '../../domain/index.ts';
import { alphaOfLook, type Evidence, weighEvidence } from '../../evaluate/index.ts';
import {
  type Challenger,
  challengersOf,
  championOf,
  countLook,
  decide,
  evaluationOf,
  type Records,
  type TakenDecision,
} from '../../records/index.ts';
import { alignScores } from './origin-scores.ts';

/** Who decides about what, when. */
export interface Deciding {
  readonly task: string;
  readonly feed: string;
  /** Names the decision, so that a step that is begun again decides once. */
  readonly key: string;
  /** ISO instant of the run's scheduled time. */
  readonly at: string;
}

/** The evidence on one challenger and which look it was: kept with the decision. */
export interface WeighedEvidence extends Evidence {
  readonly champion: string;
  readonly challenger: string;
  readonly nthOfYear: number;
  /** null = too few origins to look at. */
  readonly look: number | null;
}

const ACTOR = 'promotion by evidence';

/**
 * Looks at every challenger on the evidence gathered so far. The one with the largest proven gain takes the champion's
 * place; of every other it is written that, and why, the champion stays. Without challengers nothing is decided.
 */
export async function weighChallengers(records: Records, of: Deciding): Promise<TakenDecision[]> {
  const champion = await championOf(records.pool, of.task, of.feed);
  if (!champion) return [];
  const weighed: WeighedEvidence[] = [];
  for (const challenger of await challengersOf(records.pool, of.task, of.feed))
    weighed.push(await weighOne(records, of, champion.versionId, challenger));
  const proven = weighed.filter(({ verdict }) => verdict === 'promote').sort((a, b) => b.gain - a.gain);
  const taken: TakenDecision[] = [];
  // those who stay behind first: they were weighed against the champion of now
  for (const evidence of [...weighed.filter((one) => one !== proven[0]), ...proven.slice(0, 1)]) {
    const promote = evidence === proven[0];
    const decision = await decide(records.pool, {
      task: of.task,
      feed: of.feed,
      key: `${of.key} ${evidence.challenger}`,
      kind: promote ? 'promote' : 'keep',
      subject: evidence.challenger,
      at: of.at,
      actor: ACTOR,
      reason: promote || evidence.verdict === 'keep' ? evidence.reason : 'another-was-better',
      evidence: plain(evidence),
    });
    const { look } = decision.evidence as unknown as WeighedEvidence;
    if (look !== null)
      await countLook(records.pool, { task: of.task, feed: of.feed, versionId: evidence.challenger, look });
    taken.push(decision);
  }
  return taken;
}

async function weighOne(
  records: Records,
  { task, feed }: Deciding,
  champion: string,
  { versionId, nth, looks }: Challenger,
): Promise<WeighedEvidence> {
  const of = (version: string, pairedWith: string) =>
    evaluationOf(records.pool, { task, feed, versionId: version, pairedWith });
  const [own, others] = alignScores(await of(champion, versionId), await of(versionId, champion));
  const look = looks + 1;
  const evidence = weighEvidence(own, others, alphaOfLook(nth, look));
  return {
    ...evidence,
    champion,
    challenger: versionId,
    nthOfYear: nth,
    look: evidence.reason === 'too-few-origins' ? null : look,
  };
}

/** JSON knows no NaN. */
function plain(evidence: WeighedEvidence): Json {
  return JSON.parse(JSON.stringify(evidence)) as Json;
}
