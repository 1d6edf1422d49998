// A process that works on the schedules and backfills of a records database with a given clock, so that a test can kill
// it. Its runs are rows of a table of the test's: a run is over as soon as somebody asks how it stands.
// What is heavy is loaded by the action that needs it.
// node schedule-process.mjs '{"url", "homeId", "now", "action", "name"?, "from"?, "to"?, "stale"?, "id"?}'
import { localDate, lookupIn, parseSchedule, RULE_CALENDARS } from '../../dist/domain/index.js';
import { askBackfill, cancelBackfill } from '../../dist/pipeline/backfill/ask-backfill.js';
import { lookAtBackfills } from '../../dist/pipeline/backfill/work-off.js';
import { openBackfills, openRecords } from '../../dist/records/index.js';

const asked = JSON.parse(process.argv[2]);
const records = await openRecords({ path: '/nowhere', id: asked.homeId }, { databaseUrl: asked.url });
const { pool } = records;
const now = () => new Date(asked.now);
const calendars = lookupIn(RULE_CALENDARS);
const readCalendar = async (id) => calendars(id);
const change = { records, readCalendar, by: 'test', now };

/** @type {import('../../dist/pipeline/schedules/run-starter.js').RunStarter} */
const runs = {
  async start({ plan, scheduledFor }) {
    const id = `${plan}-${scheduledFor.toISOString().slice(0, 19)}Z`;
    const { rowCount } = await pool.query('insert into begun (id) values ($1) on conflict (id) do nothing', [
      id,
    ]);
    return { id, started: rowCount === 1 };
  },
  async retry(id) {
    await pool.query('update begun set times = times + 1, ended_at = null where id = $1', [id]);
  },
  async cancel() {},
  async states(ids) {
    await pool.query(
      "update begun set ended_at = date_trunc('milliseconds', clock_timestamp()) where ended_at is null and id = any($1)",
      [ids],
    );
    const { rows } = await pool.query('select id, ended_at from begun where id = any($1)', [ids]);
    return new Map(rows.map((row) => [row.id, { standing: 'succeeded', endedAt: row.ended_at }]));
  },
};

const actions = {
  async look() {
    const { lookAtSchedules } = await import('../../dist/pipeline/schedules/ticker.js');
    while ((await lookAtSchedules({ records, runs, readCalendar, now })).length > 0);
  },
  async pause() {
    const { pauseSchedule } = await import('../../dist/pipeline/schedules/change-schedule.js');
    await pauseSchedule(change, asked.name);
  },
  async trigger() {
    const { triggerSchedule } = await import('../../dist/pipeline/schedules/change-schedule.js');
    await triggerSchedule(change, asked.name);
  },
  async ask() {
    const { planBackfill } = await import('../../dist/pipeline/backfill/plan-backfill.js');
    const { from, to, stale, text } = asked;
    const question = {
      ...{ plan: 'daily', schedule: parseSchedule(text), from: localDate(from), to: localDate(to), stale },
      ...{ restsOn: { code: {}, rules: {}, commits: {} }, now: now() },
    };
    const { partitions } = await planBackfill(records, runs.states, question, calendars);
    const terms = {
      ...{ plan: 'daily', scheduleText: text, fromDay: from, toDay: to, stale },
      ...{ parallel: 4, retries: 1, params: {} },
    };
    await askBackfill(records, terms, partitions, 'test');
  },
  cancel: () => cancelBackfill(records, asked.id, 'test'),
  async backfill() {
    while ((await openBackfills(pool)).length > 0) await lookAtBackfills({ records, runs });
  },
};
await actions[asked.action]();
await records.close();
