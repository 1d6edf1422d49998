import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  askFor,
  type FreshMornings,
  lastEvents,
  listRuns,
  type Records,
  type RecordsBehind,
  type Run,
  readRun,
  readSteps,
  stepCounts,
} from '../../records/index.ts';
import { runsTextOf } from '../../show/index.ts';
import {
  type Asked,
  askedSchema,
  type RunDetail,
  type RunList,
  type RunSummary,
  runAskSchema,
  runDetailSchema,
  runListSchema,
  runsQuery,
} from '../contract.ts';
import { openRecordsNow } from '../open-records-now.ts';
import { type AppEnv, problem } from '../problem.ts';
import { NO_RECORDS, OTHER_ANSWERS } from './answers.ts';

const ofOneRun = z.strictObject({ id: z.string().max(300) });
const problems = OTHER_ANSWERS[400].content;

const list = createRoute({
  method: 'get',
  path: '/runs',
  summary: 'The latest runs, and whether the daily numbers were fresh in time',
  request: { query: runsQuery },
  responses: {
    200: { description: 'The runs', content: { 'application/json': { schema: runListSchema } } },
    400: OTHER_ANSWERS[400],
    503: NO_RECORDS,
  },
});

const detail = createRoute({
  method: 'get',
  path: '/runs/{id}',
  summary: 'The steps of a run, and what it said',
  request: { params: ofOneRun },
  responses: {
    200: { description: 'The run', content: { 'application/json': { schema: runDetailSchema } } },
    404: { description: 'There is no such run', content: problems },
    503: NO_RECORDS,
  },
});

const asking = (deed: 'retry' | 'cancel', summary: string) =>
  createRoute({
    method: 'post',
    path: `/runs/{id}/${deed}`,
    summary,
    request: { params: ofOneRun, body: { content: { 'application/json': { schema: runAskSchema } } } },
    responses: {
      202: {
        description: 'Asked for; the orchestrator acts on it',
        content: { 'application/json': { schema: askedSchema } },
      },
      404: { description: 'There is no such run', content: problems },
      409: { description: 'The run does not stand so that this could be done', content: problems },
      503: NO_RECORDS,
    },
  });

const retry = asking('retry', 'Ask that what failed of a run that has ended be done again');
const cancel = asking('cancel', 'Ask for the end of a run');

/** Events that an answer brings at most, the newest. */
const EVENTS_TOLD = 500;
const RUNS_TOLD = 50;

/** What is asked about runs beside the records. */
export interface RunParts {
  readonly records: RecordsBehind;
  /** Whether the daily numbers were there in time; null where no schedule runs the daily plan. */
  mornings(records: Records): Promise<FreshMornings | null>;
}

/** Runs change at any moment, so their answers carry no version; pages hear of changes from the event stream. */
export function runRoutes(api: OpenAPIHono<AppEnv>, { records, mornings }: RunParts): void {
  api.openapi(list, async (c) => {
    const opened = await openRecordsNow(records);
    const { pool } = opened;
    const { limit, plan, state } = c.req.valid('query');
    const runs = await listRuns(pool, {
      ...(plan === undefined ? {} : { plan }),
      ...(state === undefined ? {} : { state }),
      limit: limit === undefined ? RUNS_TOLD : Number(limit),
    });
    const counts = await stepCounts(
      pool,
      runs.map(({ id }) => id),
    );
    const fresh = await mornings(opened);
    const body: RunList = {
      runs: runs.map((run) => summaryOf(run, counts.get(run.id) ?? {})),
      mornings: fresh && morningsOf(fresh),
    };
    return unkept(c.json(body, 200));
  });
  api.openapi(detail, async (c) => {
    const { pool } = await openRecordsNow(records);
    const { id } = c.req.valid('param');
    const run = await readRun(pool, id);
    if (run === undefined) return unknownRun(c, id);
    const steps = await readSteps(pool, id);
    const counts = (await stepCounts(pool, [id])).get(id) ?? {};
    const events = await lastEvents(pool, id, EVENTS_TOLD);
    const body: RunDetail = {
      run: summaryOf(run, counts),
      steps: steps.map(({ id, kind, needs, state, attempt, begun, workedMs, skipReason, error, ...at }) => ({
        ...{ id, kind, needs: [...needs], state, attempt, begun, workedMs, skipReason, error },
        startedAt: at.startedAt?.toISOString() ?? null,
        endedAt: at.endedAt?.toISOString() ?? null,
      })),
      events: events.map(({ id, stepId, at, name, fields }) => ({
        ...{ id, step: stepId, at: at.toISOString(), name },
        fields: { ...fields },
      })),
    };
    return unkept(c.json(body, 200));
  });
  for (const [route, kind] of [
    [retry, 'run.retry'],
    [cancel, 'run.cancel'],
  ] as const)
    api.openapi(route, async (c) => {
      const { pool } = await openRecordsNow(records);
      const { id } = c.req.valid('param');
      const run = await readRun(pool, id);
      if (run === undefined) return unknownRun(c, id);
      const ended = run.endedAt !== null;
      if (kind === 'run.retry' ? !ended || run.state === 'succeeded' : ended)
        return refused(
          c,
          409,
          'RUN_STANDS_OTHERWISE',
          {
            ko: `작업 ${id}의 상태: ${runsTextOf('ko').states[run.state]}`,
            en: `the run ${id} is ${run.state}`,
          },
          kind === 'run.retry'
            ? {
                ko: '실패하거나 취소된 작업만 다시 할 수 있습니다.',
                en: 'Only a run that failed or was cancelled is done again.',
              }
            : { ko: '이미 끝난 작업입니다.', en: 'It has ended already.' },
        );
      const { reason } = c.req.valid('json');
      // the same wish about the same stand of the run is one
      const stand = (await readSteps(pool, id)).reduce((sum, step) => sum + step.generation, 0);
      const intent = await askFor(pool, {
        key: `${kind}:${id}:${stand}`,
        kind,
        subject: id,
        body: reason === undefined ? {} : { reason },
        askedBy: 'dashboard',
      });
      const body: Asked = { id: intent.id, kind, run: id, state: intent.state };
      return c.json(body, 202);
    });
}

function summaryOf(run: Run, steps: RunSummary['steps']): RunSummary {
  return {
    id: run.id,
    plan: run.plan,
    scheduledFor: run.scheduledFor.toISOString(),
    askedBy: run.askedBy,
    state: run.state,
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
    cancelling: run.cancelRequestedAt !== null && run.endedAt === null,
    steps,
  };
}

function morningsOf({
  schedule,
  withinMinutes,
  inTime,
  judged,
  mornings,
}: FreshMornings): RunList['mornings'] {
  return {
    ...{ schedule, withinMinutes, inTime, judged },
    mornings: mornings.map(({ scheduledAt, standing, freshAt, runId }) => ({
      scheduledAt: scheduledAt.toISOString(),
      standing,
      freshAt: freshAt?.toISOString() ?? null,
      run: runId,
    })),
  };
}

/** Problems are made as text, so the typed responses of the framework do not apply. */
function refused(...told: Parameters<typeof problem>): never {
  return problem(...told) as never;
}

function unknownRun(c: Context<AppEnv>, id: string): never {
  return refused(
    c,
    404,
    'RUN_UNKNOWN',
    { ko: `없는 작업: ${id}`, en: `there is no run ${id}` },
    {
      ko: '/api/v1/runs에 있는 것을 쓰세요.',
      en: 'Take one from /api/v1/runs.',
    },
  );
}

function unkept<T extends Response>(response: T): T {
  response.headers.set('Cache-Control', 'no-store');
  return response;
}
