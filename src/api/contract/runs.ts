import { z } from '@hono/zod-openapi';
import { instant } from './terms.ts';

export const RUN_STATES = ['planned', 'running', 'succeeded', 'failed', 'cancelled'] as const;

export const STEP_STATES = [
  'planned',
  'running',
  'succeeded',
  'partly',
  'skipped',
  'failed',
  'blocked',
  'cancelled',
] as const;

export const runsQuery = z.strictObject({
  plan: z.string().optional(),
  state: z.enum(RUN_STATES).optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/)
    .optional(),
});

/** One execution of a plan. */
export const runSchema = z
  .object({
    id: z.string(),
    plan: z.string(),
    /** The moment that it is for; every date in it derives from this one. */
    scheduledFor: instant,
    askedBy: z.string(),
    state: z.enum(RUN_STATES),
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    /** Its end was asked for and has not come yet. */
    cancelling: z.boolean(),
    /** Steps in each state; a state without one is left out. */
    steps: z.partialRecord(z.enum(STEP_STATES), z.number()),
  })
  .openapi('Run');

/** Whether the daily numbers were there in time, morning by morning over the last 30 days, oldest first. */
export const morningsSchema = z
  .object({
    schedule: z.string(),
    /** From the tick to the end of its run. */
    withinMinutes: z.number(),
    inTime: z.number(),
    /** All but those that are open or were paused. */
    judged: z.number(),
    mornings: z.array(
      z.object({
        scheduledAt: instant,
        standing: z.enum(['in-time', 'late', 'failed', 'missed', 'open', 'paused']),
        freshAt: instant.nullable(),
        run: z.string().nullable(),
      }),
    ),
  })
  .openapi('Mornings');

/** The latest runs first. */
export const runListSchema = z
  .object({
    runs: z.array(runSchema),
    /** null where no schedule runs the daily plan. */
    mornings: morningsSchema.nullable(),
  })
  .openapi('RunList');

/** A run with its steps in the order of its plan, and what it said, oldest first. */
export const runDetailSchema = z
  .object({
    run: runSchema,
    steps: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        needs: z.array(z.string()),
        state: z.enum(STEP_STATES),
        attempt: z.number(),
        /** How often work on it began, retries by people included. */
        begun: z.number(),
        startedAt: instant.nullable(),
        endedAt: instant.nullable(),
        /** Milliseconds of work, waiting between tries left out. */
        workedMs: z.number(),
        skipReason: z.string().nullable(),
        error: z
          .object({
            ...{ class: z.string(), code: z.string(), message: z.string(), hint: z.string().nullable() },
            /** The same in Korean; null where its words have no language, as those of a program. */
            ko: z.object({ message: z.string(), hint: z.string() }).nullable(),
          })
          .nullable(),
      }),
    ),
    events: z.array(
      z.object({
        id: z.number(),
        step: z.string().nullable(),
        at: instant,
        name: z.string(),
        fields: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .openapi('RunDetail');

/** What a person asks of a run; the orchestrator acts on it. */
export const runAskSchema = z.strictObject({ reason: z.string().max(500).optional() }).openapi('RunAsk');

export const askedSchema = z
  .object({ id: z.number(), kind: z.string(), run: z.string(), state: z.enum(['open', 'done', 'refused']) })
  .openapi('Asked');

export type RunState = (typeof RUN_STATES)[number];

export type StepState = (typeof STEP_STATES)[number];

export type RunSummary = z.infer<typeof runSchema>;

export type Mornings = z.infer<typeof morningsSchema>;

export type RunList = z.infer<typeof runListSchema>;

export type RunDetail = z.infer<typeof runDetailSchema>;

export type Asked = z.infer<typeof askedSchema>;
