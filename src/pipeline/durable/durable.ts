import { DBOS } from '@dbos-inc/dbos-sdk';
import { withSetting } from '../../records/index.ts';

/** Where the library keeps its own tables; derived state, made again from the runs' rows when it is lost. */
const SCHEMA = 'sihwang_workflows';
/**
 * Only what was begun under the same two names is recovered at launch, so neither may ever follow from the machine or the
 * code. The version is raised by hand when the order of durable calls changes. It is part of a workflow's id, so that what
 * is open then is unknown to the new version, and begins anew.
 */
const EXECUTOR = 'orchestrator';
const VERSION = '2';
/** So many deaths in the middle of one workflow are taken for its own fault. */
const MOST_RECOVERIES = 20;
const CONNECTIONS = 6;

/** Work that survives the death of this process, by its id. One launch a process; the caller is the only one of its database. */
export interface Durable {
  /** Begins the workflow with this id, unless it was begun before: then nothing happens. */
  start(id: string, input: string): Promise<void>;
  /** It stops at its next durable call. */
  cancel(id: string): Promise<void>;
  /** The state of a workflow; `dead` = it failed or was given up; undefined when there is none of that id. */
  stateOf(id: string): Promise<'open' | 'done' | 'dead' | undefined>;
  /** Begins nothing more and lets go of the database; what is under way is recovered by the next launch. */
  stop(): Promise<void>;
}

/** What a workflow may call; everything else in it must do the same each time it is run again. */
export interface DurableCalls {
  /** Does something once: its result is kept, and after a death it is not done again. It may be begun twice. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Waits; a death does not begin the wait anew. */
  sleep(ms: number): Promise<void>;
}

export interface LaunchOptions {
  readonly url: string;
  /** The one workflow; `input` is what it was started with. */
  readonly workflow: (input: string, calls: DurableCalls) => Promise<void>;
  readonly onProblem: (problem: string) => void;
}

/** Makes the tables where they are missing, and takes up again what an earlier process of the same database left open. */
export async function launchDurable({ url, workflow, onProblem }: LaunchOptions): Promise<Durable> {
  const silent = () => undefined;
  const idOf = (id: string): string => `${id}@${VERSION}`;
  DBOS.setConfig({
    name: 'sihwang',
    systemDatabaseUrl: withoutWaitingForDisk(url),
    systemDatabaseSchemaName: SCHEMA,
    systemDatabasePoolSize: CONNECTIONS,
    executorID: EXECUTOR,
    applicationVersion: VERSION,
    logger: { info: silent, debug: silent, warn: silent, error: (entry) => onProblem(messageOf(entry)) },
  });
  const registered = DBOS.registerWorkflow((input: string) => workflow(input, CALLS), {
    name: 'step',
    maxRecoveryAttempts: MOST_RECOVERIES,
  });
  await DBOS.launch();
  return {
    start: async (id, input) => {
      await DBOS.startWorkflow(registered, { workflowID: idOf(id) })(input);
    },
    cancel: (id) => DBOS.cancelWorkflow(idOf(id)),
    stateOf: async (id) => {
      const status = (await DBOS.getWorkflowStatus(idOf(id)))?.status;
      if (status === undefined) return undefined;
      if (status === 'SUCCESS') return 'done';
      return ['PENDING', 'ENQUEUED', 'DELAYED'].includes(status) ? 'open' : 'dead';
    },
    stop: () => DBOS.shutdown({ deregister: true }),
  };
}

/**
 * The library's commits come back before they are on the disk: half of all that a run waits for. A server that dies may
 * forget the newest of them, never some without those after; what is forgotten is done again, as after any death, and the
 * rows of runs and steps, which are the truth, are committed by other connections.
 */
function withoutWaitingForDisk(url: string): string {
  return withSetting(url, 'synchronous_commit=off');
}

const CALLS: DurableCalls = {
  step: (name, work) => DBOS.runStep(work, { name }),
  sleep: (ms) => DBOS.sleep(ms),
};

function messageOf(entry: unknown): string {
  return entry instanceof Error ? entry.message : String(entry);
}
