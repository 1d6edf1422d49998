import { EXIT, type HandOver, SihwangError } from '../domain/index.ts';
import { type Home, type Undone, undoCommit, withWriterLock } from '../lake/index.ts';
import { type Feed, handOver } from '../sources/index.ts';
import { type IngestOptions, lockOf, publishIfStale } from './ingest-files.ts';

/** Takes one commit of a feed out of the home and publishes what is left. */
export async function undoIngest(
  home: Home,
  feed: Feed,
  number: number,
  options: IngestOptions,
): Promise<Undone & { readonly published: boolean }> {
  return withWriterLock(home, lockOf(options), async () => {
    const undone = await undoCommit(home, feed.profile.id, number, handOverOf(feed), (stage) =>
      options.onStage?.(stage, feed.profile.id),
    );
    return { ...undone, published: await publishIfStale(home, feed, options.onStage) };
  });
}

/** What the lake needs to judge a table of the feed again, by the name that its commit gives its form. */
export function handOverOf(feed: Feed): (shape: string) => HandOver {
  return (id) => {
    const shape = feed.shapes.find((one) => one.id === id);
    if (shape) return handOver(feed, shape);
    throw new SihwangError(
      'SHAPE_GONE',
      {
        ko: `${feed.profile.id}에서 더는 읽지 않는 꼴: ${id}`,
        en: `${feed.profile.id} no longer knows the form ${id}`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: '이것을 받아 넣은 버전의 sihwang을 쓰세요.',
          en: 'Use the version of sihwang that took it in.',
        },
      },
    );
  };
}
