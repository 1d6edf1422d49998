import type { ScheduleTerms } from '../../records/index.ts';

/** Schedules that fit most homes, by name; a person takes one over with one command. */
export const SUGGESTED_SCHEDULES: Readonly<Record<string, ScheduleTerms>> = {
  daily: {
    plan: 'daily',
    // the figures of a Garak day are out in the following night
    text: '06:10 Asia/Seoul on days after a Garak market day',
    params: {},
    catchUp: 'latest',
    catchUpLimit: 1,
    overlap: 'queue',
  },
  'weekly-retrain': {
    plan: 'weekly-retrain',
    text: '20:00 Asia/Seoul on the last Garak market day of a week',
    params: {},
    catchUp: 'latest',
    catchUpLimit: 1,
    overlap: 'skip',
  },
};
