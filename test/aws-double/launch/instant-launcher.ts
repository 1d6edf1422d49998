import type { Ended, Launch, Launcher } from './launcher.ts';

/**
 * Runs containers as a function of this process: for the scale of a controller, where the work itself is not the
 * question. The function answers with the exit code; `stopped` tells it of a signal.
 */
export function instantLauncher(
  work: (container: Launch, stopped: AbortSignal) => Promise<number> | number,
): Launcher {
  const living = new Set<AbortController>();
  return {
    launch: (container) => {
      const stop = new AbortController();
      living.add(stop);
      let killedBy: NodeJS.Signals | null = null;
      const ended = Promise.resolve()
        .then(() => work(container, stop.signal))
        .then(
          (code): Ended =>
            killedBy === 'SIGKILL' ? { code: null, signal: killedBy } : { code, signal: null },
        )
        .finally(() => living.delete(stop));
      ended.catch(() => undefined);
      return {
        ended,
        signal: (name) => {
          killedBy = name;
          stop.abort(name);
        },
      };
    },
    close: async () => {
      const running = living.size;
      for (const one of living) one.abort('SIGKILL');
      // these are calls of the process itself, which its suite watches
      return { running, callsOutside: [] };
    },
  };
}
