import type { Json, JsonObject } from '../../domain/index.ts';
import type { Feed } from '../../sources/index.ts';
import { growDemo } from '../build-demo.ts';
import type { AskedFeed } from '../fetch-batch.ts';
import { fetchFeed, keysOf } from '../fetch-feed.ts';
import { trailingWindow } from '../fetch-plan.ts';
import { fetchTrouble } from '../fetch-trouble.ts';
import { feedIn, feedParamProblems, lockForStep } from './feed-step.ts';
import { type ChildKind, Skipped, type StepContext } from './step.ts';

/**
 * Brings what a source has published by the moment of the run, and takes it in: the days that the publisher may still
 * correct, asked over the network; the days that are missing, of the simulated market. Publishes nothing. Parameter: `feed`.
 */
export const fetchStep: ChildKind = {
  kind: 'fetch',
  does: {
    ko: '고쳐졌을 수 있는 날까지 원천에 묻고 받아들입니다',
    en: 'asks a source for what it may still have corrected and takes it in',
  },
  runs: 'child',
  writesLake: true,
  check: (params) => feedParamProblems(params),
  async perform(context: StepContext): Promise<Json | Skipped> {
    const feed = feedIn(context);
    if (feed.profile.simulated) return simulated(context);
    if (!feed.connector) return new Skipped('comes-as-files');
    return asked(context, feed as AskedFeed);
  },
};

async function simulated(context: StepContext): Promise<Json | Skipped> {
  const { command, waitMs } = lockForStep(context);
  const grown = await growDemo(context.home, context.scheduledFor, { command, waitMs, ...told(context) });
  if (!grown) return new Skipped('no-demo-options');
  return { ...grown };
}

async function asked(context: StepContext, feed: AskedFeed): Promise<Json | Skipped> {
  const { home, scheduledFor, signal } = context;
  const { command, waitMs } = lockForStep(context);
  const { missing } = keysOf(home, feed, process.env);
  if (missing.length > 0) return new Skipped('key-not-set', missing.map(({ id }) => id).join(', '));
  const question = { range: trailingWindow(feed.profile, scheduledFor), backfill: false };
  const fetched = await fetchFeed(home, feed, question, {
    ...{ command, waitMs, signal, environment: process.env, publish: false, ...told(context) },
    onNote: (note) => context.event('fetch.note', { note: note.en, ko: note.ko }),
  });
  // what came is kept, whatever else there was
  const trouble = fetchTrouble(feed.profile.id, fetched);
  if (trouble) throw trouble;
  return summary(feed, fetched);
}

function summary({ profile }: Feed, { calls, settled, taken, left }: Awaited<ReturnType<typeof fetchFeed>>) {
  const fresh = taken.filter(({ status }) => status === 'taken').map(({ commit }) => commit);
  return {
    ...{ feed: profile.id, calls, chunks: settled.length, left },
    rows: fresh.reduce((sum, { rows }) => sum + rows, 0),
    commits: fresh.map(({ number }) => number),
  } satisfies JsonObject;
}

function told(context: StepContext) {
  return {
    onStage: (stage: string, detail: string) => context.event(`step.${stage}`, { detail }),
  };
}
