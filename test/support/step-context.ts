import type { Json, JsonObject } from '../../src/domain/index.ts';
import type { Home } from '../../src/lake/index.ts';
import type { StepContext } from '../../src/pipeline/steps/step.ts';

/** Records in which nothing stands. */
const NOTHING_RECORDED = { pool: { query: async () => ({ rows: [] }) } } as unknown as StepContext['records'];

/** What a step of a run is given, where no records are. */
export function stepContext(
  home: Home,
  step: string,
  params: JsonObject,
  inputs: Readonly<Record<string, Json>> = {},
  run = 'daily-2026-01-05T00:00:00Z',
): StepContext & { readonly events: string[] } {
  const events: string[] = [];
  return {
    home,
    run,
    step,
    key: `${run}/${step}`,
    scheduledFor: new Date('2026-01-05T00:00:00Z'),
    asOf: new Date('2026-01-05T00:00:00Z'),
    attempt: 1,
    params,
    inputOf: (id) => inputs[id],
    records: NOTHING_RECORDED,
    event: (name) => void events.push(name),
    signal: new AbortController().signal,
    events,
  };
}
