import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Bilingual,
  dayInZone,
  EXIT,
  type LocalDate,
  parseLocalDate,
  parseSchedule,
  SihwangError,
} from '../domain/index.ts';
import type { Home } from '../lake/index.ts';
import {
  askBackfill,
  calendarReader,
  calendarsFor,
  keepOrchestrating,
  planBackfill,
  planNamed,
  restingOn,
  SUGGESTED_SCHEDULES,
  standingsOf,
} from '../pipeline/runs/index.ts';
import {
  type BackfillTerms,
  listSchedules,
  type NewPartition,
  openRecords,
  partitionsOf,
  type Records,
  rangeOfRuns,
  readBackfill,
  usualDurations,
} from '../records/index.ts';
import { backfillReason, backfillTextOf, durationText } from '../show/index.ts';
import { endOf } from './backfill-tables.ts';
import { type CommonOptions, homeOf } from './command.ts';
import { countProgress } from './count-progress.ts';
import { languageOf, sayIn, tellIn } from './language.ts';
import { toldToPeople } from './orchestrate.ts';
import { print, printJson, table, tell } from './output.ts';

export interface BackfillPlanOptions extends CommonOptions {
  readonly plan?: string;
  readonly from?: string;
  readonly to?: string;
  readonly stale?: boolean;
  readonly parallel?: string;
  readonly retries?: string;
  readonly at?: string;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
}

/** Runs a plan for the market days of a range that need it, and shows how far it is until all are settled. */
export async function backfillPlan(plan: string, options: BackfillPlanOptions): Promise<void> {
  const home = homeOf(options);
  const words = backfillTextOf(languageOf(options));
  await planNamed(home, plan);
  const records = await openRecords(home, { onProgress: tellIn(languageOf(options)) });
  try {
    const terms = await termsOf(records, plan, options);
    const { partitions, ahead } = await planned(home, records, terms);
    if (ahead > 0) tell(words.ahead(ahead));
    const wanted = partitions.filter((one) => one.wanted !== 'keep');
    if (options.dryRun) return await showPlanned(records, terms, partitions, options);
    if (wanted.length === 0) {
      if (options.json) printJson({ id: null, partitions });
      else print(nothingToDo(words, terms, partitions.length));
      return;
    }
    const { id, already } = await askBackfill(records, terms, partitions, userInfo().username);
    tell(already ? words.going(id) : words.asks(id, wanted.length, partitions.length - wanted.length));
    if (options.detach) {
      if (options.json) printJson({ id, already });
      else print(words.detached(id));
      return;
    }
    await follow(home, records, id, options);
  } finally {
    await records.close();
  }
}

async function termsOf(records: Records, plan: string, options: BackfillPlanOptions): Promise<BackfillTerms> {
  const scheduleText = options.at ?? (await scheduleOf(records, plan));
  const { zone } = parseSchedule(scheduleText);
  const stale = options.stale === true;
  const range = stale ? await rangeOfRuns(records.pool, plan) : null;
  const today = dayInZone(zone, Date.now());
  const fromDay =
    options.from === undefined ? range && dayInZone(zone, range.first.getTime() - DAY_MS) : day(options.from);
  const toDay = options.to === undefined ? range && dayInZone(zone, range.last.getTime()) : day(options.to);
  if (fromDay && toDay && fromDay > toDay)
    throw usage({
      ko: `앞뒤가 바뀐 기간: ${fromDay}부터 ${toDay}까지`,
      en: `${fromDay} comes after ${toDay}`,
    });
  return {
    ...{ plan, scheduleText, stale, params: {}, fromDay: fromDay ?? today, toDay: toDay ?? today },
    parallel: wholeNumber('--parallel', options.parallel ?? '1', 1),
    retries: wholeNumber('--retries', options.retries ?? '1', 0),
  };
}

const DAY_MS = 86_400_000;

/** The schedule by which the plan runs in this home, else the suggested one. */
async function scheduleOf(records: Records, plan: string): Promise<string> {
  const texts = (await listSchedules(records.pool))
    .filter((one) => one.plan === plan)
    .map(({ text }) => text);
  const [text, other] = [...new Set(texts)];
  if (other !== undefined)
    throw usage(
      { ko: `${plan}의 예약이 여럿입니다`, en: `${plan} has several schedules` },
      { ko: '어느 예약의 시각에 맞출지 --at으로 주세요.', en: 'Say whose ticks the runs are for with --at.' },
    );
  const found = text ?? Object.values(SUGGESTED_SCHEDULES).find((one) => one.plan === plan)?.text;
  if (found === undefined)
    throw usage(
      {
        ko: `${plan}을 언제 돌릴지 알려 주는 예약이 없습니다`,
        en: `no schedule says for which moments ${plan} runs`,
      },
      {
        ko: 'sihwang schedule add로 더하거나, --at "06:10 Asia/Seoul on days after a Garak market day"처럼 쓰세요.',
        en: 'Add one with sihwang schedule add, or write --at "06:10 Asia/Seoul on days after a Garak market day".',
      },
    );
  return found;
}

async function planned(home: Home, records: Records, terms: BackfillTerms) {
  const schedule = parseSchedule(terms.scheduleText);
  const question = {
    ...{ plan: terms.plan, schedule, from: terms.fromDay, to: terms.toDay, stale: terms.stale },
    ...{ restsOn: restingOn(home), now: new Date() },
  };
  return planBackfill(
    records,
    standingsOf(records),
    question,
    await calendarsFor(schedule, calendarReader(home)),
  );
}

function nothingToDo(
  words: ReturnType<typeof backfillTextOf>,
  { plan, stale }: BackfillTerms,
  days: number,
): string {
  if (stale) return words.nothingStale(plan);
  return days === 0 ? words.noDays : words.allGood(plan, days);
}

async function showPlanned(
  records: Records,
  terms: BackfillTerms,
  partitions: readonly NewPartition[],
  options: CommonOptions,
): Promise<void> {
  const wanted = partitions.filter((one) => one.wanted !== 'keep').length;
  const usual = await usualDurations(records.pool, terms.plan);
  const workMs = usual.reduce((sum, { medianMs }) => sum + medianMs, 0);
  const estimateMs = usual.length === 0 ? null : (workMs * wanted) / terms.parallel;
  if (options.json) return printJson({ ...terms, partitions, wanted, estimateMs });
  const language = languageOf(options);
  const words = backfillTextOf(language);
  if (partitions.length > 0)
    print(
      table(
        [words.day, words.run, words.toDo, words.because].map((title) => ({ title })),
        partitions.map((one) => [
          ...[one.day, one.runId, words.wanted[one.wanted], backfillReason(one.reason, language)],
        ]),
      ),
    );
  if (wanted === 0) {
    print(nothingToDo(words, terms, partitions.length));
    return;
  }
  const takes = estimateMs === null ? words.unknownTime : words.about(durationText(estimateMs, language));
  print(words.planned(wanted, partitions.length, takes));
}

const LOOK_MS = 500;

/** Carries the backfill out, unless another process does, and shows how far it is; Ctrl-C leaves it for the next. */
async function follow(home: Home, records: Records, id: number, options: CommonOptions): Promise<void> {
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
  const language = languageOf(options);
  const orchestrating = keepOrchestrating(home, {
    signal: stopped.signal,
    ...toldToPeople(language),
  });
  const progress = countProgress({ ko: '거래일', en: 'days' }, language);
  const atStart = sayIn(language)({ ko: '시작', en: 'the start' });
  const over = await Promise.race([
    untilOver(records, id, (done, total, day) => progress.step(done, total, day ?? atStart), stopped.signal),
    orchestrating,
  ]);
  progress.finish();
  stopped.abort();
  await orchestrating;
  if (over) return endOf(over.backfill, over.partitions, options);
  throw new SihwangError(
    'STOPPED',
    {
      ko: `메우기 ${id}번을 더 지켜보지 않습니다. 기록에는 남아 있습니다`,
      en: `stopped watching backfill ${id}; it is written down`,
    },
    {
      exit: EXIT.stopped,
      hint: {
        ko: `sihwang orchestrate나 같은 명령이 이어서 합니다. 끝내려면 sihwang backfill cancel ${id}.`,
        en: `sihwang orchestrate, or the same command, goes on with it; sihwang backfill cancel ${id} ends it.`,
      },
    },
  );
}

/** The backfill when all of it is settled; undefined at the signal. */
async function untilOver(
  records: Records,
  id: number,
  onStep: (done: number, total: number, day: LocalDate | undefined) => void,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    // the database may be away for a moment; whoever orchestrates says so
    const found = await Promise.all([readBackfill(records.pool, id), partitionsOf(records.pool, id)]).catch(
      () => undefined,
    );
    if (found) {
      const [backfill, partitions] = found;
      if (backfill?.endedAt) return { backfill, partitions };
      const todo = partitions.filter(({ state }) => state !== 'kept');
      const done = todo.filter(({ state }) => state !== 'waiting' && state !== 'started');
      onStep(done.length, todo.length, todo.find(({ state }) => state === 'started')?.day);
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

function day(text: string): LocalDate {
  const date = parseLocalDate(text);
  if (!date)
    throw usage({ ko: `날짜(YYYY-MM-DD)가 아닙니다: ${text}`, en: `${text} is not a day, YYYY-MM-DD` });
  return date;
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= least) return number;
  throw usage({
    ko: `${option}의 값은 ${least} 이상의 정수: ${text}`,
    en: `${option} is a whole number from ${least}, not ${text}`,
  });
}

function usage(
  message: Bilingual,
  hint: Bilingual = {
    ko: 'sihwang backfill --plan PLAN --from 2025-01-01 --to 2025-12-31처럼 쓰세요.',
    en: 'Write sihwang backfill --plan PLAN --from 2025-01-01 --to 2025-12-31.',
  },
): SihwangError {
  return new SihwangError('BACKFILL_UNCLEAR', message, { exit: EXIT.usage, hint });
}
