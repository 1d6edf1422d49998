import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ServingLibrary } from '../lake/index.ts';
import { feedOverview } from '../market/index.ts';
import type { ServerEvent } from './contract.ts';
import type { AppEnv } from './problem.ts';
import type { ProgressSource } from './progress.ts';
import { NO_RUNS, type RunSource } from './run-source.ts';

interface Numbered {
  readonly id: string;
  readonly event: ServerEvent;
}

/** A client that was away for this many events asks everything again instead. */
const KEPT_EVENTS = 256;

/** Everything that happens to the serving files and the runs, in one line for all listeners. */
export class EventHub {
  /** An id of an earlier process says nothing about this one's events. */
  private readonly boot = randomUUID().slice(0, 8);
  private readonly kept: Numbered[] = [];
  private readonly listeners = new Set<(numbered: Numbered) => void>();
  private readonly stops: (() => void | Promise<void>)[];
  private count = 0;

  constructor(library: ServingLibrary, progress: ProgressSource, runs: RunSource = NO_RUNS) {
    this.stops = [
      runs.onChange((run) => this.tell({ kind: 'run', run })),
      library.onChange((feed) => {
        this.tellVersion(library, feed).catch(() => {
          // the feed was replaced again or the library closed: a later event, or none, speaks for it
        });
      }),
      progress.onStep((feed, { computed, total }) => {
        library
          .read(feed, async ({ version }) => this.tell({ kind: 'progress', feed, version, computed, total }))
          .catch(() => {
            // progress of a feed that cannot be read yet: its first version event will follow
          });
      }),
    ];
  }

  async close(): Promise<void> {
    this.listeners.clear();
    await Promise.all(this.stops.map((stop) => stop()));
  }

  /** Events after the one with this id, oldest first; none when the id is not remembered. */
  since(lastEventId: string | undefined): readonly Numbered[] {
    const index = this.kept.findIndex(({ id }) => id === lastEventId);
    return index === -1 ? [] : this.kept.slice(index + 1);
  }

  listen(listener: (numbered: Numbered) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async tellVersion(library: ServingLibrary, feed: string): Promise<void> {
    await library.read(feed, async (reader) => {
      const { computed, total } = (await feedOverview(reader)).forecasts;
      this.tell({ kind: 'version', feed, version: reader.version, computed, total });
    });
  }

  private tell(event: ServerEvent): void {
    const numbered = { id: `${this.boot}-${++this.count}`, event };
    this.kept.push(numbered);
    if (this.kept.length > KEPT_EVENTS) this.kept.shift();
    for (const listener of this.listeners) listener(numbered);
  }
}

/** The event stream: `version`, `progress` and `run` events, resumable by Last-Event-ID, with a comment line as heartbeat. */
export function eventRoutes(app: Hono<AppEnv>, path: string, hub: EventHub, heartbeatMs: number): void {
  app.get(path, (c) => {
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, async (stream) => {
      const send = ({ id, event }: Numbered) =>
        stream.writeSSE({ id, event: event.kind, data: JSON.stringify(event) });
      await stream.write(': listening\n\n');
      for (const missed of hub.since(c.req.header('last-event-id'))) await send(missed);
      const stop = hub.listen((numbered) => void send(numbered));
      const heart = setInterval(() => void stream.write(': heartbeat\n\n'), heartbeatMs);
      heart.unref();
      await new Promise<void>((resolve) => stream.onAbort(resolve));
      clearInterval(heart);
      stop();
    });
  });
}
