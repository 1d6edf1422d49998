import type { Hono } from 'hono';
import type { ServingLibrary } from '../lake/index.ts';
import { feedOverview } from '../market/index.ts';
import { countAlarms, countRuns, type Records } from '../records/index.ts';
import type { AppEnv } from './problem.ts';
import type { RequestFigures } from './request-figures.ts';
import type { RunParts } from './routes/runs.ts';

type Labels = Readonly<Record<string, string | number>>;
type Sample = readonly [labels: Labels, value: number, suffix?: string];

/** One family of samples in the text format of Prometheus 0.0.4. */
function family(
  name: string,
  type: 'gauge' | 'counter' | 'histogram',
  help: string,
  samples: readonly Sample[],
): string {
  if (samples.length === 0) return '';
  const lines = samples.map(([labels, value, suffix = '']) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(String(text))}"`);
    return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

const seconds = (at: string | Date | null): number => (at === null ? 0 : new Date(at).getTime() / 1000);

/** GET /metrics for Prometheus: requests, feeds, runs, and whether the daily numbers were fresh in time. */
export function metricsRoute(
  app: Hono<AppEnv>,
  parts: {
    readonly library: ServingLibrary;
    readonly runs: RunParts | undefined;
    readonly requests: RequestFigures;
    readonly release: string;
  },
): void {
  app.get('/metrics', async (c) => {
    const { runs } = parts;
    const open = runs?.records.now() ?? null;
    const text = [
      family('sihwang_info', 'gauge', 'The release that answers.', [[{ version: parts.release }, 1]]),
      ...processFamilies(),
      ...requestFamilies(parts.requests),
      ...(await feedFamilies(parts.library)),
      family('sihwang_records_up', 'gauge', 'Whether the records answer.', [[{}, 0]]),
    ];
    const ofRecords = open === null ? null : await recordFamilies(open, runs!).catch(() => null);
    if (ofRecords !== null) text.splice(-1, 1, ...ofRecords);
    return c.body(text.join(''), 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
      'Cache-Control': 'no-store',
    });
  });
}

function processFamilies(): readonly string[] {
  return [
    family('process_resident_memory_bytes', 'gauge', 'Resident memory of the server.', [
      [{}, process.memoryUsage.rss()],
    ]),
    family('process_cpu_seconds_total', 'counter', 'Processor time of the server.', [
      [{}, (process.cpuUsage().user + process.cpuUsage().system) / 1e6],
    ]),
    family('process_start_time_seconds', 'gauge', 'When the server started.', [
      [{}, Math.round(Date.now() / 1000 - process.uptime())],
    ]),
  ];
}

function requestFamilies(requests: RequestFigures): readonly string[] {
  const samples = requests
    .all()
    .flatMap(({ route, method, status, count, seconds: sum, within }): Sample[] => {
      const labels = { method, route, status };
      return [
        ...within.map(({ bound, count: so }): Sample => [{ ...labels, le: bound }, so, '_bucket']),
        [{ ...labels, le: '+Inf' }, count, '_bucket'],
        [labels, sum, '_sum'],
        [labels, count, '_count'],
      ];
    });
  return [
    family(
      'sihwang_http_request_duration_seconds',
      'histogram',
      'From the request to its first byte.',
      samples,
    ),
  ];
}

async function feedFamilies(library: ServingLibrary): Promise<readonly string[]> {
  const feeds = await Promise.all(library.feeds().map((feed) => library.read(feed, feedOverview)));
  return [
    family(
      'sihwang_feed_last_day_seconds',
      'gauge',
      'The last market day with a price, as midnight UTC.',
      feeds.map(({ id, lastDay }) => [{ feed: id }, seconds(lastDay)]),
    ),
    family(
      'sihwang_feed_received_seconds',
      'gauge',
      'When the newest row was received.',
      feeds.map(({ id, receivedAt }) => [{ feed: id }, seconds(receivedAt)]),
    ),
    family(
      'sihwang_feed_forecasts',
      'gauge',
      'Forecasts of the current version, those computed and all that are wanted.',
      feeds.flatMap(({ id, forecasts }): Sample[] => [
        [{ feed: id, part: 'computed' }, forecasts.computed],
        [{ feed: id, part: 'wanted' }, forecasts.total],
      ]),
    ),
  ];
}

async function recordFamilies(records: Records, { mornings }: RunParts): Promise<readonly string[]> {
  const [counts, fresh, alarms] = await Promise.all([
    countRuns(records.pool),
    mornings(records),
    countAlarms(records.pool),
  ]);
  return [
    family('sihwang_records_up', 'gauge', 'Whether the records answer.', [[{}, 1]]),
    family(
      'sihwang_runs',
      'gauge',
      'Runs by plan and state.',
      counts.runs.map(({ plan, state, count }) => [{ plan, state }, count]),
    ),
    family(
      'sihwang_run_steps',
      'gauge',
      'Steps of runs by kind and state.',
      counts.steps.map(({ kind, state, count }) => [{ kind, state }, count]),
    ),
    family(
      'sihwang_run_step_worked_seconds',
      'gauge',
      'Work of all steps of a kind, waiting left out.',
      counts.workedSeconds.map(({ kind, seconds: worked }) => [{ kind }, worked]),
    ),
    family(
      'sihwang_plan_last_success_scheduled_seconds',
      'gauge',
      'What the last run that succeeded was for.',
      counts.lastSucceeded.map(({ plan, scheduledFor }) => [{ plan }, seconds(scheduledFor)]),
    ),
    family(
      'sihwang_plan_last_success_ended_seconds',
      'gauge',
      'When the last run that succeeded ended.',
      counts.lastSucceeded.map(({ plan, endedAt }) => [{ plan }, seconds(endedAt)]),
    ),
    family('sihwang_open_intents', 'gauge', 'Wishes that nobody acted on yet.', [[{}, counts.openIntents]]),
    family(
      'sihwang_drift_alarms',
      'gauge',
      'Open alarms of live forecasts that have left what was promised of them.',
      alarms.map(({ feed, kind, count }) => [{ feed, kind }, count]),
    ),
    family(
      'sihwang_mornings',
      'gauge',
      'Mornings of the daily plan in the last 30 days by whether their numbers were there in time.',
      fresh === null
        ? []
        : [...new Set(fresh.mornings.map(({ standing }) => standing))]
            .sort()
            .map((standing) => [
              { schedule: fresh.schedule, within_minutes: fresh.withinMinutes, standing },
              fresh.mornings.filter((one) => one.standing === standing).length,
            ]),
    ),
  ];
}
