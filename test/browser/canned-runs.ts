import type { Mornings, RunDetail, RunList, RunSummary } from '../../src/api/contract.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-28T21:10:00Z');

const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

export const RUNNING: RunSummary = {
  id: 'daily-2026-11-28T21:10:00Z',
  plan: 'daily',
  scheduledFor: at(0),
  askedBy: 'schedule daily',
  state: 'running',
  startedAt: at(2),
  endedAt: null,
  cancelling: false,
  steps: { succeeded: 3, running: 1, planned: 2 },
};

export const FAILED: RunSummary = {
  ...RUNNING,
  id: 'daily-2026-11-27T21:10:00Z',
  scheduledFor: new Date(START - 24 * HOUR_MS).toISOString(),
  state: 'failed',
  startedAt: new Date(START - 24 * HOUR_MS + 2000).toISOString(),
  endedAt: new Date(START - 24 * HOUR_MS + 300_000).toISOString(),
  steps: { succeeded: 2, failed: 1, blocked: 3 },
};

const SUCCEEDED: RunSummary[] = [2, 3, 4].map((days) => ({
  ...RUNNING,
  id: `daily-${days}`,
  scheduledFor: new Date(START - days * 24 * HOUR_MS).toISOString(),
  state: 'succeeded',
  startedAt: new Date(START - days * 24 * HOUR_MS).toISOString(),
  endedAt: new Date(START - days * 24 * HOUR_MS + 412_000).toISOString(),
  steps: { succeeded: 5, skipped: 1 },
}));

const MORNINGS: Mornings = {
  schedule: 'daily',
  withinMinutes: 60,
  inTime: 24,
  judged: 26,
  mornings: Array.from({ length: 27 }, (_, day) => {
    const standing = day === 26 ? 'open' : day === 25 ? 'failed' : day === 12 ? 'late' : 'in-time';
    const scheduledAt = new Date(START - (26 - day) * 24 * HOUR_MS).toISOString();
    return {
      scheduledAt,
      standing,
      freshAt: standing === 'in-time' ? scheduledAt : null,
      run: null,
    } as const;
  }),
};

export const RUNS: RunList = { runs: [RUNNING, FAILED, ...SUCCEEDED], mornings: MORNINGS };

const STEPS = [
  'fetch.demo',
  'ingest.demo',
  'publish-conditions.demo',
  'snapshot.demo',
  'forecast.demo',
  'publish-forecasts.demo',
];

/** A run's steps one after the other: those done, then one in the run's own state, then those to come. */
export function detailOf(run: RunSummary): RunDetail {
  const from = Date.parse(run.startedAt ?? run.scheduledFor);
  const done = (run.steps.succeeded ?? 0) + (run.steps.skipped ?? 0);
  return {
    run,
    steps: STEPS.map((id, position) => {
      const active = position === done && run.state !== 'succeeded';
      const state =
        position < done
          ? 'succeeded'
          : !active
            ? run.state === 'failed'
              ? 'blocked'
              : 'planned'
            : run.state;
      const begun = position < done || active;
      return {
        ...{ id, kind: id.split('.')[0]!, needs: [], state, attempt: 1, begun: active ? 3 : begun ? 1 : 0 },
        startedAt: begun ? new Date(from + position * 60_000).toISOString() : null,
        endedAt:
          begun && state !== 'running' ? new Date(from + position * 60_000 + 45_000).toISOString() : null,
        workedMs: 45_000,
        skipReason: null,
        error:
          state === 'failed'
            ? {
                class: 'transient',
                code: 'SOURCE_SILENT',
                message: 'the source did not answer for 60 s',
                hint: 'sihwang sources check demo',
                ko: {
                  message: '공표처가 60초 동안 답하지 않았습니다',
                  hint: 'sihwang sources check demo',
                },
              }
            : null,
      };
    }),
    events: [
      { id: 1, step: null, at: at(2), name: 'run.begun', fields: {} },
      { id: 2, step: 'fetch.demo', at: at(47), name: 'step.succeeded', fields: { rows: 1234 } },
    ],
  };
}
