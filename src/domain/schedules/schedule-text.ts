import { Cron } from 'croner';
import { EXIT, SihwangError } from '../errors.ts';
import type { Bilingual } from '../words.ts';
import type { Schedule, ScheduleClock, ScheduleDays } from './schedule.ts';
import { timeZoneNamed } from './zone-time.ts';

/** Short names of our own calendars, as people say them. */
const SHORT_NAMES: Readonly<Record<string, string>> = { Garak: 'garak-auction', KAMIS: 'kamis-survey' };

const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MARKET = '([A-Za-z][A-Za-z0-9-]*)';

/** One way of naming days: what is written, and what it means. The first form with a market is the one we print. */
const DAY_FORMS: readonly {
  readonly form: RegExp;
  readonly days: (words: readonly string[]) => ScheduleDays;
}[] = [
  { form: /^every day$/i, days: () => ({ kind: 'every' }) },
  { form: new RegExp(`^on ${MARKET} market days$`, 'i'), days: ([name]) => market(name!) },
  { form: new RegExp(`^on market days of ${MARKET}$`, 'i'), days: ([name]) => market(name!) },
  { form: new RegExp(`^on days after an? ${MARKET} market day$`, 'i'), days: ([name]) => after(name!) },
  { form: new RegExp(`^on days after a market day of ${MARKET}$`, 'i'), days: ([name]) => after(name!) },
  {
    form: new RegExp(`^on the (first|last) ${MARKET} market day of (?:a|the|each) (week|month)$`, 'i'),
    days: ([edge, name, of]) => edgeOf(edge!, of!, name!),
  },
  {
    form: new RegExp(`^on the (first|last) market day of (?:a|the|each) (week|month) of ${MARKET}$`, 'i'),
    days: ([edge, of, name]) => edgeOf(edge!, of!, name!),
  },
  {
    form: /^on ((?:mon|tue|wed|thu|fri|sat|sun)(?:\s*,\s*(?:mon|tue|wed|thu|fri|sat|sun))*)$/i,
    days: ([list]) => {
      const named = new Set(list!.toLowerCase().split(/\s*,\s*/));
      const weekdays = WEEK.flatMap((day, index) => (named.has(day.toLowerCase()) ? [(index + 1) % 7] : []));
      return { kind: 'weekdays', weekdays };
    },
  },
];

function market(name: string): ScheduleDays {
  return { kind: 'market', calendar: calendarNamed(name) };
}

function after(name: string): ScheduleDays {
  return { kind: 'after-market', calendar: calendarNamed(name) };
}

function edgeOf(edge: string, of: string, name: string): ScheduleDays {
  return {
    kind: 'edge',
    edge: edge.toLowerCase() === 'first' ? 'first' : 'last',
    of: of.toLowerCase() === 'week' ? 'week' : 'month',
    calendar: calendarNamed(name),
  };
}

function calendarNamed(name: string): string {
  const short = Object.keys(SHORT_NAMES).find((known) => known.toLowerCase() === name.toLowerCase());
  return short === undefined ? name.toLowerCase() : SHORT_NAMES[short]!;
}

/**
 * Reads a schedule: times or five cron fields, a time zone, and on which days.
 *
 *     06:10 Asia/Seoul on days after a Garak market day
 *     06:10, 14:00 Asia/Seoul on market days of garak-auction
 *     07:00 Asia/Seoul on the first Garak market day of a week
 *     18:30 Europe/London on Mon, Thu
 *     0,30 9-12 * * * Asia/Seoul on KAMIS market days
 *     10 6 1 * * UTC
 *
 * Without days it holds every day. Upper and lower case are the same.
 * @throws SihwangError `SCHEDULE_UNREADABLE`, which names the part that is wrong
 */
export function parseSchedule(text: string): Schedule {
  const words = text.trim().replace(/\s+/g, ' ');
  const times = /^(\d*:\d*(?: ?, ?[\d:]+)*) (\S+)(?: (.+))?$/.exec(words);
  if (times) {
    const clock: ScheduleClock = { kind: 'times', minutes: readTimes(times[1]!) };
    return { clock, zone: readZone(times[2]!), days: readDays(times[3]) };
  }
  const [minute, hour, day, month, weekday, zone, ...days] = words.split(' ');
  if (zone === undefined)
    throw unreadable(
      {
        ko: `시각도, 시간대가 붙은 cron의 다섯 칸도 아닙니다: "${text}"`,
        en: `"${text}" is neither times nor five cron fields with a time zone`,
      },
      {
        ko: '06:10 Asia/Seoul 또는 10 6 * * * Asia/Seoul처럼 시작하세요.',
        en: 'Begin with 06:10 Asia/Seoul, or with 10 6 * * * Asia/Seoul.',
      },
    );
  const pattern = readCron([minute, hour, day, month, weekday].join(' '));
  return {
    clock: { kind: 'cron', pattern },
    zone: readZone(zone),
    days: readDays(days.join(' ') || undefined),
  };
}

/** The one text of a schedule: reading it gives the schedule again. */
export function formatSchedule({ clock, zone, days }: Schedule): string {
  const when = clock.kind === 'cron' ? clock.pattern : clock.minutes.map(formatMinute).join(', ');
  return `${when} ${zone} ${formatDays(days)}`;
}

function formatMinute(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function formatDays(days: ScheduleDays): string {
  switch (days.kind) {
    case 'every':
      return 'every day';
    case 'weekdays':
      return `on ${days.weekdays.map((day) => WEEK[(day + 6) % 7]).join(', ')}`;
    case 'market':
      return `on ${shortName(days.calendar)} market days`;
    case 'after-market':
      return `on days after a ${shortName(days.calendar)} market day`;
    case 'edge':
      return `on the ${days.edge} ${shortName(days.calendar)} market day of a ${days.of}`;
  }
}

function shortName(calendar: string): string {
  return Object.keys(SHORT_NAMES).find((name) => SHORT_NAMES[name] === calendar) ?? calendar;
}

function readTimes(text: string): number[] {
  const minutes = text.split(/ ?, ?/).map((time) => {
    const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(time) ?? [];
    if (hour === undefined || Number(hour) > 23 || Number(minute) > 59)
      throw unreadable(
        { ko: `하루의 시각이 아닙니다: ${time}`, en: `${time} is not a time of day` },
        { ko: '06:10처럼, 23:59까지 쓰세요.', en: 'Write times as 06:10, up to 23:59.' },
      );
    return Number(hour) * 60 + Number(minute);
  });
  return [...new Set(minutes)].sort((a, b) => a - b);
}

function readCron(pattern: string): string {
  // `?` would stand for the moment of reading
  if (pattern.includes('?'))
    throw unreadable(
      { ko: `cron에 ?가 있습니다: "${pattern}"`, en: `"${pattern}" has a ?` },
      { ko: '아무 값이나 되면 *를 쓰세요.', en: 'Write * for any value.' },
    );
  try {
    new Cron(pattern, { mode: '5-part' });
  } catch (cause) {
    const fault = (cause as Error).message.replace(/^CronPattern: /, '');
    throw unreadable(
      {
        ko: `cron의 다섯 칸이 아닙니다: "${pattern}": ${fault}`,
        en: `"${pattern}" is not five cron fields: ${fault}`,
      },
      {
        ko: '칸은 차례로 분, 시, 일, 월, 요일입니다: 10 6 * * 1-5 Asia/Seoul.',
        en: 'The fields are minute, hour, day of the month, month and weekday: 10 6 * * 1-5 Asia/Seoul.',
      },
    );
  }
  return pattern.toUpperCase();
}

function readZone(text: string): string {
  const zone = timeZoneNamed(text);
  if (zone !== undefined) return zone;
  throw unreadable(
    { ko: `시간대가 아닙니다: ${text}`, en: `${text} is not a time zone` },
    {
      ko: '시각 뒤에 시간대를 쓰세요: 06:10 Asia/Seoul, 18:30 Europe/London.',
      en: 'Name the zone behind the time: 06:10 Asia/Seoul, 18:30 Europe/London.',
    },
  );
}

function readDays(text: string | undefined): ScheduleDays {
  if (text === undefined) return { kind: 'every' };
  for (const { form, days } of DAY_FORMS) {
    const match = form.exec(text);
    if (match) return days(match.slice(1));
  }
  throw unreadable(
    { ko: `어느 날인지 알 수 없습니다: "${text}"`, en: `"${text}" does not say on which days` },
    {
      ko: 'every day, on Mon, Thu, on Garak market days, on days after a Garak market day, 또는 on the first Garak market day of a week(month, last도 됨)로 쓰세요.',
      en: 'Write every day, on Mon, Thu, on Garak market days, on days after a Garak market day, or on the first Garak market day of a week (or month, or last).',
    },
  );
}

function unreadable(message: Bilingual, hint: Bilingual): SihwangError {
  return new SihwangError('SCHEDULE_UNREADABLE', message, { exit: EXIT.usage, hint });
}
