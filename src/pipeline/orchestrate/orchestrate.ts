import { type Bilingual, EXIT } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import {
  connectRecords,
  ORCHESTRATOR_SESSIONS,
  openRecords,
  openRuns,
  type Records,
  takeOrchestratorLock,
} from '../../records/index.ts';
import { inProcessDoers } from '../child/in-process.ts';
import { StepChildren, type StepDoers } from '../child/step-children.ts';
import { launchDurable } from '../durable/durable.ts';
import { keepTime } from '../schedules/keep-time.ts';
import { recordsRuns } from '../schedules/records-runs.ts';
import { stepKindNamed } from '../steps/index.ts';
import type { StepKind } from '../steps/step.ts';
import { actOnIntents } from './act-on-intents.ts';
import { Desk } from './desk.ts';
import { type JobDesk, openJobDesk } from './job-desk.ts';
import { Orchestrator } from './orchestrator.ts';
import { stepWorkflow } from './work-step.ts';

/** What an orchestrator does at the moment. */
export type OrchestratorState = 'standby' | 'active';

export interface OrchestrateOptions {
  /** Ends it: nothing more is begun, what is under way is taken up by the next orchestrator. */
  readonly signal: AbortSignal;
  readonly onState?: (state: OrchestratorState, detail: string) => void;
  readonly onLine?: (line: Bilingual) => void;
}

export interface OrchestrateEffects {
  readonly openRecords: (home: Home) => Promise<Records>;
  readonly kindNamed: (kind: string) => StepKind | undefined;
  readonly doers: StepDoers;
  readonly openJobs: (home: Home, records: Records) => Promise<JobDesk>;
  /** Called when this process may not go on: another may be the orchestrator by now. */
  readonly die: (problem: Error) => void;
}

const CONNECTIONS = 10;
/** The longest between two looks at the runs; changes are told at once. */
const LOOK_MS = 1_000;

/**
 * Carries out the runs of a home until the signal: as its only orchestrator, or standing by until that one is gone. What
 * an earlier orchestrator left in the middle of a step is taken up again.
 */
export async function orchestrate(
  home: Home,
  { signal, onState = () => undefined, onLine = () => undefined }: OrchestrateOptions,
  effects: OrchestrateEffects = realEffects(),
): Promise<void> {
  const { kindNamed, doers } = effects;
  const opened = await effects.openRecords(home);
  let records: Records | undefined;
  let wake: () => void = () => undefined;
  let changed = false;
  const look = (): void => {
    changed = true;
    wake();
  };
  try {
    const lock = await takeOrchestratorLock(opened.url, {
      signal,
      onStandby: (holder) => onState('standby', holder),
      onFrozen: (holder, silentMs) =>
        onLine({
          ko: `${holder} 프로세스가 ${Math.round(silentMs / 1000)}초 동안 말이 없어 이어받습니다`,
          en: `${holder} has been silent for ${Math.round(silentMs / 1000)} s: this one takes its place`,
        }),
      onLost: effects.die,
      onRunChanged: look,
    });
    // all that follows writes through this, so that nothing of it counts once a later orchestrator has begun
    records = connectRecords(lock.url, { name: ORCHESTRATOR_SESSIONS, connections: CONNECTIONS });
    // a process takes half a second to start, in which this one makes itself ready
    if ((await openRuns(records.pool)).length > 0) doers.prepare();
    const jobs = await effects.openJobs(home, records);
    const desk = new Desk({ homePath: home.path, records, doers, jobs, kindNamed, onSettled: look });
    const durable = await launchDurable({
      url: records.url,
      workflow: stepWorkflow(desk),
      // the library's own words
      onProblem: (line) => onLine({ ko: line, en: line }),
    });
    const orchestrator = new Orchestrator({ records, durable, desk, kindNamed, onLine });
    const time = keepTime(home, records, recordsRuns(home, records), { signal, onNote: onLine });
    onState('active', '');
    signal.addEventListener('abort', look);
    while (!signal.aborted) {
      changed = false;
      try {
        await actOnIntents(records);
        await orchestrator.advance();
      } catch (problem) {
        // one that was frozen may hear of its ended sessions here first
        await lock.confirm();
        throw problem;
      }
      if (changed || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    signal.removeEventListener('abort', look);
    doers.close();
    await time;
    await jobs.close();
    await durable.stop();
    await lock.release();
  } finally {
    doers.close();
    await records?.close();
    await opened.close();
  }
}

/** `die` has to end this process within its turn. */
export function realEffects(
  die: OrchestrateEffects['die'] = () => process.exit(EXIT.tryAgain),
): OrchestrateEffects {
  return {
    openRecords: (home) => openRecords(home),
    kindNamed: stepKindNamed,
    openJobs: openJobDesk,
    doers: import.meta.url.endsWith('.ts')
      ? inProcessDoers(stepKindNamed)
      : new StepChildren(new URL('../child/main.js', import.meta.url)),
    die,
  };
}
