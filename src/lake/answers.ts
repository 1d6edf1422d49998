import type { Commit } from './commit-log.ts';
import type { RawRecord } from './raw-files.ts';

/** Receipts that say something the lake does not know yet, and the last commit that names one of the others. */
export function freshReceipts(
  commits: readonly Commit[],
  receipts: readonly RawRecord[],
): { readonly fresh: readonly RawRecord[]; readonly lastNamed: Commit | undefined } {
  const known = new Map<string, { readonly commit: Commit; readonly answers: string }>();
  for (const commit of commits.filter(({ replays }) => replays === undefined))
    for (const [chunk, answers] of byChunk(commit.raws))
      known.set(chunk, { commit, answers: idsOf(answers) });
  const fresh: RawRecord[] = [];
  let lastNamed: Commit | undefined;
  for (const [chunk, answers] of byChunk(receipts)) {
    const before = known.get(chunk);
    if (before?.answers !== idsOf(answers)) fresh.push(...answers);
    else if (lastNamed === undefined || before.commit.number > lastNamed.number) lastNamed = before.commit;
  }
  return { fresh, lastNamed };
}

function byChunk(raws: readonly RawRecord[]): Map<string, RawRecord[]> {
  const chunks = new Map<string, RawRecord[]>();
  for (const raw of raws) {
    const chunk = raw.chunk ?? `file ${raw.rawId}`;
    chunks.set(chunk, [...(chunks.get(chunk) ?? []), raw]);
  }
  return chunks;
}

function idsOf(raws: readonly RawRecord[]): string {
  return raws.map((raw) => raw.rawId).join(' ');
}
