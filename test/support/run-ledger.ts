import { SihwangError } from '../../src/domain/index.ts';
import type { RunStanding, RunStarter, RunStatus } from '../../src/pipeline/schedules/run-starter.ts';

/** Runs kept in memory, in the order in which they were begun; a test ends them. */
export interface RunLedger extends RunStarter {
  /** Ids in the order of their first start. */
  readonly begun: readonly string[];
  /** Every call of `start`, also those that found the run there. */
  readonly calls: readonly string[];
  /** Ends a run; without an id all that are going. */
  end(how?: Exclude<RunStanding, 'going'>, id?: string): void;
  readonly cancelled: readonly string[];
}

/** A ledger whose plans are all but `unknown`. */
export function runLedger(): RunLedger {
  const standing = new Map<string, RunStatus>();
  const calls: string[] = [];
  const cancelled: string[] = [];
  // every end has a moment of its own
  let endings = Date.parse('2026-01-01T00:00:00Z');
  return {
    calls,
    cancelled,
    get begun() {
      return [...standing.keys()];
    },
    async start({ plan, scheduledFor }) {
      if (plan === 'unknown')
        throw new SihwangError(
          'PLAN_UNKNOWN',
          { ko: '없는 계획: unknown', en: 'there is no plan unknown' },
          {
            exit: 2,
            hint: { ko: '다른 계획을 고르세요.', en: 'Name another.' },
          },
        );
      const id = `${plan}-${scheduledFor.toISOString().slice(0, 19)}Z`;
      calls.push(id);
      const started = !standing.has(id);
      if (started) standing.set(id, { standing: 'going', endedAt: null });
      return { id, started };
    },
    async retry(id) {
      calls.push(id);
      standing.set(id, { standing: 'going', endedAt: null });
    },
    async states(ids) {
      return new Map(ids.flatMap((id) => (standing.has(id) ? [[id, standing.get(id)!] as const] : [])));
    },
    async cancel(id) {
      if (!cancelled.includes(id)) cancelled.push(id);
    },
    end(how = 'succeeded', id) {
      for (const [one, state] of standing)
        if (state.standing === 'going' && (id === undefined || id === one))
          standing.set(one, { standing: how, endedAt: new Date(endings++) });
    },
  };
}
