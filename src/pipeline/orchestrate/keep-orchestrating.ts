import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bilingual, EXIT, SihwangError } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import type { OrchestratorState } from './orchestrate.ts';

export type FromOrchestrator =
  | { readonly state: OrchestratorState; readonly detail: string }
  | { readonly line: Bilingual }
  | { readonly problem: Bilingual; readonly hint: Bilingual | null };

export interface KeepOrchestratingOptions {
  readonly signal: AbortSignal;
  readonly onState?: (state: OrchestratorState, detail: string) => void;
  readonly onLine?: (line: Bilingual) => void;
  /** Told when an orchestrator ended without being asked to, and is started again. */
  readonly onProblem?: (problem: Bilingual) => void;
}

/** The word by which an orchestrator knows that it has a keeper. */
export const KEPT = 'kept';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3_000;
/** One that worked for so long was well; the pauses begin anew. */
const WELL_MS = 60_000;
/** Ends that starting again cannot mend. */
const FOR_GOOD: readonly number[] = [EXIT.configuration, EXIT.usage];

/**
 * Keeps an orchestrator of the home at work until the signal, in a process of its own: it must end the moment that it
 * loses its database, and is started again then. It ends with this process, however this one ends.
 * @throws SihwangError with the orchestrator's own words when it cannot work in this home at all
 */
export async function keepOrchestrating(home: Home, options: KeepOrchestratingOptions): Promise<void> {
  // where only the sources run there is no program of it; everybody else is spared its libraries
  if (import.meta.url.endsWith('.ts')) return (await import('./orchestrate.ts')).orchestrate(home, options);
  let pauseMs = FIRST_PAUSE_MS;
  while (!options.signal.aborted) {
    const began = Date.now();
    const { code, problem, hint } = await once(home, options);
    if (options.signal.aborted) return;
    if (code !== null && FOR_GOOD.includes(code))
      throw new SihwangError('ORCHESTRATOR_REFUSED', problem ?? endedWith(code), {
        exit: EXIT.configuration,
        hint: hint ?? { ko: 'sihwang doctor로 점검하세요.', en: 'Run sihwang doctor.' },
      });
    options.onProblem?.(problem ?? endedWith(code));
    if (Date.now() - began > WELL_MS) pauseMs = FIRST_PAUSE_MS;
    await sleep(pauseMs, undefined, { signal: options.signal }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

interface Ended {
  readonly code: number | null;
  readonly problem?: Bilingual;
  readonly hint?: Bilingual | null;
}

function endedWith(code: number | null): Bilingual {
  return {
    ko: `오케스트레이터가 끝났습니다 (${code ?? '신호'})`,
    en: `the orchestrator ended with ${code ?? 'a signal'}`,
  };
}

function once(home: Home, { signal, onState, onLine }: KeepOrchestratingOptions): Promise<Ended> {
  // the workflow library queries a busy connection, of which pg warns at every start
  const child: ChildProcess = fork(new URL('./main.js', import.meta.url), [home.path, KEPT], {
    execArgv: ['--no-deprecation'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve) => {
    let said: { problem: Bilingual; hint: Bilingual | null } | undefined;
    child.on('message', (message: FromOrchestrator) => {
      if ('state' in message) onState?.(message.state, message.detail);
      else if ('line' in message) onLine?.(message.line);
      else said = message;
    });
    child.on('error', () => undefined);
    const stop = (): void => {
      if (child.connected) child.send({ stop: true }, () => undefined);
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      resolve({ code, ...said });
    });
  });
}
