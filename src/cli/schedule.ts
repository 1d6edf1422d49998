import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { type Bilingual, EXIT, type JsonObject, parseSchedule, SihwangError } from '../domain/index.ts';
import {
  addSchedule,
  type ChangeWorld,
  calendarReader,
  pauseSchedule,
  planNamed,
  removeSchedule,
  resumeSchedule,
  SUGGESTED_SCHEDULES,
  triggerSchedule,
} from '../pipeline/runs/index.ts';
import { CATCH_UP_POLICIES, OVERLAP_POLICIES, openRecords, type ScheduleTerms } from '../records/index.ts';
import { scheduleTextOf } from '../show/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say, tellIn } from './language.ts';
import { print, printJson, tell } from './output.ts';
import { listSchedulesForPeople, morningsForPeople, nextForPeople } from './schedule-tables.ts';

interface AddOptions extends CommonOptions {
  readonly plan?: string;
  readonly at?: string;
  readonly default?: boolean;
  readonly replace?: boolean;
  readonly catchUp?: string;
  readonly catchUpLimit?: string;
  readonly overlap?: string;
  readonly params?: string;
}

const FORMS = {
  ko: `
예약은 시각(또는 cron의 다섯 칸), 시간대, 그리고 어느 날인지로 씁니다:
  06:10 Asia/Seoul on days after a Garak market day
  06:10, 14:00 Asia/Seoul on KAMIS market days
  20:00 Asia/Seoul on the last Garak market day of a week
  18:30 Europe/London on Mon, Thu
  0,30 9-12 * * * Asia/Seoul on taiwan-amis market days
시장은 Garak, KAMIS, 또는 홈에 있는 자료입니다.`,
  en: `
A schedule is times (or five cron fields), a time zone, and on which days:
  06:10 Asia/Seoul on days after a Garak market day
  06:10, 14:00 Asia/Seoul on KAMIS market days
  20:00 Asia/Seoul on the last Garak market day of a week
  18:30 Europe/London on Mon, Thu
  0,30 9-12 * * * Asia/Seoul on taiwan-amis market days
A market is Garak, KAMIS, or a feed of the home.`,
};

export function addScheduleCommands(program: Command, say: Say): void {
  const schedule = program.command('schedule').description(
    say({
      ko: '계획이 저절로 도는 때: 거래일, 시각, 또는 cron',
      en: 'when plans run by themselves: on market days, by the clock or by cron',
    }),
  );
  withCommonOptions(schedule.command('list'), say)
    .description(
      say({ ko: '모든 예약과 그 지난 때, 다음 때', en: 'every schedule with its last and its next tick' }),
    )
    .action((options: CommonOptions) =>
      atWork(options, async (world) => {
        const { text, json } = await listSchedulesForPeople(world, options);
        show(options, json, text);
      }),
    );
  withCommonOptions(schedule.command('add <name>'), say)
    .description(say({ ko: '이제부터 예약대로 계획을 돌림', en: 'run a plan by a schedule from now on' }))
    .option(
      '--plan <plan>',
      say({
        ko: '돌릴 계획 (없으면 예약과 같은 이름의 계획)',
        en: 'the plan to run (else the one of the schedule’s name)',
      }),
    )
    .option(
      '--at <schedule>',
      say({
        ko: '언제, 이를테면 "06:10 Asia/Seoul on days after a Garak market day"',
        en: 'when, for instance "06:10 Asia/Seoul on days after a Garak market day"',
      }),
    )
    .option(
      '--default',
      say({
        ko: `이 이름으로 권하는 예약을 그대로 씀 (${Object.keys(SUGGESTED_SCHEDULES).join(', ')})`,
        en: `take over the suggested schedule of this name (${Object.keys(SUGGESTED_SCHEDULES).join(', ')})`,
      }),
    )
    .option(
      '--catch-up <policy>',
      say({
        ko: '꺼져 있는 동안 놓친 때: all, latest, none (없으면 latest)',
        en: 'ticks missed while nothing ran: all, latest or none (else latest)',
      }),
    )
    .option(
      '--catch-up-limit <ticks>',
      say({
        ko: '--catch-up all과 함께: 최근 것부터 많아야 몇 번 (없으면 30)',
        en: 'with --catch-up all: the newest so many at most (else 30)',
      }),
    )
    .option(
      '--overlap <policy>',
      say({
        ko: '앞의 작업이 아직 도는 동안: queue, skip, cancel-running (없으면 queue)',
        en: 'while the run before is going: queue, skip or cancel-running (else queue)',
      }),
    )
    .option(
      '--params <json>',
      say({ ko: '작업마다 주는 JSON 객체', en: 'a JSON object that every run is given' }),
    )
    .option(
      '--replace',
      say({ ko: '이미 있는 예약을 이 조건으로 바꿈', en: 'give an existing schedule these terms' }),
    )
    .addHelpText('after', say(FORMS))
    .action(add);
  for (const [word, says, change] of [
    [
      'remove',
      { ko: '예약을 없앰, 그동안 돈 작업의 기록은 남음', en: 'end a schedule; what it ran stays on record' },
      removeSchedule,
    ],
    [
      'pause',
      {
        ko: '예약을 멈춤, 그사이의 때는 건너뜀',
        en: 'start nothing by this schedule; ticks of the meantime are skipped',
      },
      pauseSchedule,
    ],
    [
      'resume',
      { ko: '이제부터 다시 예약대로 돌림', en: 'run by this schedule again, from now on' },
      resumeSchedule,
    ],
  ] as const)
    withCommonOptions(schedule.command(`${word} <name>`), say)
      .description(say(says))
      .action((name: string, options: CommonOptions) =>
        atWork(options, async (world) => {
          await change(world, name);
          show(
            options,
            { schedule: name, done: word },
            `${name}: ${scheduleTextOf(languageOf(options)).changed[word]}`,
          );
        }),
      );
  withCommonOptions(schedule.command('trigger <name>'), say)
    .description(
      say({
        ko: '예약의 계획을 지금 돌림, 휴장일이거나 멈춰 두었어도 됨',
        en: 'run the schedule’s plan now, also on a closed day or while it is paused',
      }),
    )
    .action((name: string, options: CommonOptions) =>
      atWork(options, async (world) => {
        const scheduledFor = await triggerSchedule(world, name);
        show(
          options,
          { schedule: name, scheduledFor },
          scheduleTextOf(languageOf(options)).triggered(name, scheduledFor.toISOString()),
        );
      }),
    );
  withCommonOptions(schedule.command('next [name]'), say)
    .description(
      say({
        ko: '다가올 때와 빠지는 날, 그 까닭',
        en: 'the coming ticks, and which days are left out and why',
      }),
    )
    .option('--count <ticks>', say({ ko: '예약마다 몇 번', en: 'so many of each schedule' }), '7')
    .action((name: string | undefined, options: CommonOptions & { readonly count: string }) =>
      atWork(options, async (world) => {
        const { text, json } = await nextForPeople(
          world,
          wholeNumber('--count', options.count),
          options,
          name,
        );
        show(options, json, text);
      }),
    );
  withCommonOptions(schedule.command('mornings <name>'), say)
    .description(
      say({
        ko: '지난날마다 예약이 공표하는 것이 제때 나왔는지',
        en: 'of each of the last days, whether what the schedule publishes was there in time',
      }),
    )
    .option('--days <days>', say({ ko: '지난 며칠', en: 'so many days back' }), '30')
    .option(
      '--within <minutes>',
      say({ ko: '예정 시각에서 몇 분 안을 제때로 볼지', en: 'in time is so many minutes after the tick' }),
      '60',
    )
    .action((name: string, options: MorningsOptions) =>
      atWork(options, async (world) => {
        const days = wholeNumber('--days', options.days);
        const withinMinutes = wholeNumber('--within', options.within);
        const { text, json } = await morningsForPeople(world, name, { days, withinMinutes }, options);
        show(options, json, text);
      }),
    );
}

interface MorningsOptions extends CommonOptions {
  readonly days: string;
  readonly within: string;
}

async function add(name: string, options: AddOptions): Promise<void> {
  const terms = termsOf(name, options);
  await planNamed(homeOf(options), terms.plan);
  await atWork(options, async (world) => {
    const written = await addSchedule(world, name, terms, { replace: options.replace === true });
    if (options.json) printJson({ schedule: name, ...written });
    else {
      const words = scheduleTextOf(languageOf(options));
      print(words.added(name, written.plan, written.text));
      const { text } = await nextForPeople(world, 3, options, name);
      print(text);
      tell(words.starts);
    }
  });
}

function termsOf(name: string, options: AddOptions): ScheduleTerms {
  const suggested = options.default ? SUGGESTED_SCHEDULES[name] : undefined;
  if (options.default && !suggested)
    throw usage(
      'SCHEDULE_NOT_SUGGESTED',
      { ko: `권하는 예약이 없는 이름: ${name}`, en: `no schedule ${name} is suggested` },
      {
        hint: {
          ko: `권하는 예약: ${Object.keys(SUGGESTED_SCHEDULES).join(', ')}. 다른 것은 --at으로 더하세요.`,
          en: `Suggested are ${Object.keys(SUGGESTED_SCHEDULES).join(', ')}; others are added with --at.`,
        },
      },
    );
  const text = options.at ?? suggested?.text;
  if (text === undefined)
    throw usage(
      'SCHEDULE_WITHOUT_TIME',
      { ko: `언제 돌릴지 주지 않았습니다: ${name}`, en: `when is ${name} to run?` },
      {
        hint: {
          ko: '--at "06:10 Asia/Seoul on days after a Garak market day" 또는 --default를 쓰세요.',
          en: 'Write --at "06:10 Asia/Seoul on days after a Garak market day", or --default.',
        },
      },
    );
  parseSchedule(text);
  return {
    text,
    plan: options.plan ?? suggested?.plan ?? name,
    params: options.params === undefined ? (suggested?.params ?? {}) : readParams(options.params),
    catchUp: oneOf('--catch-up', CATCH_UP_POLICIES, options.catchUp) ?? suggested?.catchUp ?? 'latest',
    catchUpLimit: wholeNumber('--catch-up-limit', options.catchUpLimit ?? '30'),
    overlap: oneOf('--overlap', OVERLAP_POLICIES, options.overlap) ?? suggested?.overlap ?? 'queue',
  };
}

function oneOf<T extends string>(
  option: string,
  words: readonly T[],
  text: string | undefined,
): T | undefined {
  const word = words.find((one) => one === text);
  if (text === undefined || word !== undefined) return word;
  throw usage(
    'OPTION_UNREADABLE',
    {
      ko: `${option}의 값은 ${words.join(', ')} 가운데 하나: ${text}`,
      en: `${option} is ${words.join(', ')}, not ${text}`,
    },
    {
      hint: { ko: `${option} ${words[0]}처럼 쓰세요.`, en: `Write ${option} ${words[0]}.` },
    },
  );
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw usage(
    'OPTION_UNREADABLE',
    { ko: `${option}의 값은 1 이상의 정수: ${text}`, en: `${option} is a whole number from 1, not ${text}` },
    {
      hint: { ko: `${option} 7처럼 쓰세요.`, en: `Write ${option} 7.` },
    },
  );
}

function readParams(text: string): JsonObject {
  try {
    const params: unknown = JSON.parse(text);
    if (typeof params === 'object' && params !== null && !Array.isArray(params)) return params as JsonObject;
  } catch {
    // said below, like any other text that is no object
  }
  throw usage(
    'OPTION_UNREADABLE',
    { ko: `--params의 값이 JSON 객체가 아닙니다: ${text}`, en: `--params is not a JSON object: ${text}` },
    {
      hint: { ko: `--params '{"feed": "demo"}'처럼 쓰세요.`, en: `Write --params '{"feed": "demo"}'.` },
    },
  );
}

function usage(code: string, message: Bilingual, { hint }: { readonly hint: Bilingual }): SihwangError {
  return new SihwangError(code, message, { exit: EXIT.usage, hint });
}

function show(options: CommonOptions, json: unknown, text: string): void {
  if (options.json) printJson(json);
  else print(text);
}

/** Opens what a change of schedules needs, and closes it again. */
async function atWork(options: CommonOptions, work: (world: ChangeWorld) => Promise<void>): Promise<void> {
  const home = homeOf(options);
  const records = await openRecords(home, { onProgress: tellIn(languageOf(options)) });
  try {
    await work({ records, readCalendar: calendarReader(home), by: userInfo().username });
  } finally {
    await records.close();
  }
}
