import { userInfo } from 'node:os';
import { EXIT, SihwangError } from '../domain/index.ts';
import { cancelBackfill, unknownBackfill } from '../pipeline/runs/index.ts';
import {
  type BackfillRow,
  listBackfills,
  type PartitionRow,
  partitionsOf,
  readBackfill,
} from '../records/index.ts';
import { backfillReason, backfillTextOf, durationText, type Language } from '../show/index.ts';
import type { CommonOptions } from './command.ts';
import { languageOf } from './language.ts';
import { print, printJson, table } from './output.ts';
import { withRecords } from './with-records.ts';

export async function list(options: CommonOptions): Promise<void> {
  await withRecords(options, async (records) => {
    const backfills = await listBackfills(records.pool);
    if (options.json) return printJson({ backfills });
    const language = languageOf(options);
    const words = backfillTextOf(language);
    if (backfills.length === 0) return print(words.none);
    print(
      table(
        [
          { title: words.id, right: true },
          ...[words.plan, words.days, words.state, words.partitions, words.asked].map((title) => ({
            title,
          })),
        ],
        backfills.map((one) => [
          String(one.id),
          one.plan,
          one.stale ? words.staleOnly(`${one.fromDay} – ${one.toDay}`) : `${one.fromDay} – ${one.toDay}`,
          words.states[one.state] ?? one.state,
          countsIn(one.counts, language),
          words.askedBy(`${one.askedAt.toISOString().slice(0, 16)}Z`, one.askedBy),
        ]),
      ),
    );
  });
}

function countsIn(counts: Readonly<Record<string, number>>, language: Language): string {
  const words = backfillTextOf(language);
  return Object.entries(counts)
    .map(([state, count]) => words.count(words.states[state] ?? state, count))
    .join(', ');
}

export async function show(text: string, options: CommonOptions): Promise<void> {
  const id = idOf(text);
  await withRecords(options, async (records) => {
    const backfill = await readBackfill(records.pool, id);
    if (!backfill) throw unknownBackfill(id);
    const partitions = await partitionsOf(records.pool, id);
    const leftMs = estimateLeft(backfill, partitions);
    if (options.json) return printJson({ ...backfill, estimateLeftMs: leftMs, partitions });
    const language = languageOf(options);
    const words = backfillTextOf(language);
    const stateOf = (state: string) => words.states[state] ?? state;
    print(
      table(
        [words.day, words.run, words.state, words.because].map((title) => ({ title })),
        partitions.map((one) => [
          one.day,
          one.runId,
          one.tries > 0 && one.state !== 'failed'
            ? words.tried(stateOf(one.state), one.tries + 1)
            : stateOf(one.state),
          backfillReason(one.reason, language),
        ]),
      ),
    );
    const left = leftMs === null || backfill.endedAt !== null ? null : durationText(leftMs, language);
    print(words.head(id, backfill.plan, stateOf(backfill.state), left));
  });
}

/** By how long its partitions took so far; null before the first is done. */
function estimateLeft(
  { parallel, endedAt }: BackfillRow,
  partitions: readonly PartitionRow[],
): number | null {
  if (endedAt !== null) return 0;
  const took = partitions.flatMap(({ startedAt, endedAt: end }) =>
    startedAt && end ? [end.getTime() - startedAt.getTime()] : [],
  );
  if (took.length === 0) return null;
  const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length;
  const open = partitions.filter(({ state }) => state === 'waiting' || state === 'started').length;
  return (mean * open) / parallel;
}

export async function cancel(text: string, options: CommonOptions): Promise<void> {
  const id = idOf(text);
  await withRecords(options, async (records) => {
    const asked = await cancelBackfill(records, id, userInfo().username);
    if (options.json) printJson({ id, asked });
    else print(backfillTextOf(languageOf(options)).cancelled(id, asked));
  });
}

/** Says what became of a backfill that is over. @throws SihwangError when not all of it is good */
export function endOf(
  backfill: BackfillRow,
  partitions: readonly PartitionRow[],
  options: CommonOptions,
): void {
  const { id, plan, state } = backfill;
  if (options.json) printJson({ ...backfill, partitions });
  const inState = (wanted: PartitionRow['state']) => partitions.filter((one) => one.state === wanted).length;
  if (!options.json) {
    const language = languageOf(options);
    const ENDS = ['succeeded', 'kept', 'failed', 'cancelled'] as const;
    const counts = countsIn(Object.fromEntries(ENDS.map((state) => [state, inState(state)])), language);
    print(backfillTextOf(language).ended(id, plan, counts));
  }
  if (state === 'cancelled')
    throw new SihwangError(
      'BACKFILL_CANCELLED',
      { ko: `메우기 ${id}번은 취소되었습니다`, en: `backfill ${id} was cancelled` },
      {
        exit: EXIT.stopped,
        hint: {
          ko: '같은 명령을 다시 실행하세요. 제대로 된 것은 그대로 둡니다.',
          en: 'Run the same command again; what is good is kept.',
        },
      },
    );
  const bad = partitions.find((one) => one.state === 'failed' || one.state === 'cancelled');
  if (bad)
    throw new SihwangError(
      'BACKFILL_FAILED',
      { ko: `${bad.runId}: ${bad.state === 'cancelled' ? '취소' : '실패'}`, en: `${bad.runId} ${bad.state}` },
      {
        exit: EXIT.tryAgain,
        hint: {
          ko: `까닭은 sihwang runs show ${bad.runId}. 같은 명령을 다시 실행하면 제대로 된 것은 그대로 둡니다.`,
          en: `sihwang runs show ${bad.runId} says why; the same command again keeps what is good.`,
        },
      },
    );
}

function idOf(text: string): number {
  const id = Number(text);
  if (Number.isInteger(id) && id > 0) return id;
  throw new SihwangError(
    'BACKFILL_UNKNOWN',
    { ko: `메우기 번호가 아닙니다: ${text}`, en: `${text} is not the number of a backfill` },
    {
      exit: EXIT.usage,
      hint: { ko: '목록은 sihwang backfill list.', en: 'sihwang backfill list shows them.' },
    },
  );
}
