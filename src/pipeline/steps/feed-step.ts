import { EXIT, type JsonObject, SihwangError } from '../../domain/index.ts';
import type { LockOptions } from '../../lake/index.ts';
import type { Feed } from '../../sources/index.ts';
import { feedsOf } from '../platform-mappings.ts';
import type { StepContext } from './step.ts';

/** What is wrong with the parameters of a step about one feed: `feed`, and texts of these other names. */
export function feedParamProblems(params: JsonObject, others: readonly string[] = []): string[] {
  const known = ['feed', ...others];
  return [
    ...(typeof params.feed === 'string' ? [] : ['its parameter feed is not the name of a feed']),
    ...Object.keys(params)
      .filter((name) => !known.includes(name))
      .map((name) => `it takes no parameter ${name}; known are ${known.join(', ')}`),
    ...others
      .filter((name) => params[name] !== undefined && typeof params[name] !== 'string')
      .map((name) => `its parameter ${name} is not a text`),
  ];
}

/** The feed that a step is about. */
export function feedIn({ home, params }: StepContext): Feed {
  const feed = feedsOf(home).find(({ profile }) => profile.id === params.feed);
  if (feed) return feed;
  throw new SihwangError(
    'FEED_UNKNOWN',
    { ko: `없는 자료: ${params.feed}`, en: `there is no feed ${params.feed}` },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '있는 자료는 sihwang sources. 계획을 고치세요.',
        en: 'sihwang sources lists the feeds; correct the plan.',
      },
    },
  );
}

/** A step waits for the home as long as it takes, and says for whom. */
export function lockForStep(context: Pick<StepContext, 'key' | 'event'>): LockOptions & { waitMs: number } {
  return {
    command: context.key,
    waitMs: Number.POSITIVE_INFINITY,
    onWait: (holder) => context.event('step.waiting', { holder }),
  };
}
