import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What a peer is asked: see statsforecast-lines.py. */
export interface PeerRequest {
  readonly model: string;
  readonly values: ArrayLike<number>;
  readonly horizon: number;
  readonly seasons: readonly number[];
  /** Percent of the interval wanted, 80; absent = the mean alone. */
  readonly level?: number;
}

export interface PeerAnswer {
  /** Process time of fitting and forecasting, one thread. */
  readonly cpuMs: number;
  readonly mean: readonly number[];
  readonly lo?: readonly number[];
  readonly hi?: readonly number[];
}

export interface Peer {
  readonly versions: Readonly<Record<string, string>>;
  /** One series at a time, so that ours and the peer's runs can alternate. Null when the peer refuses the series. */
  ask(request: PeerRequest): Promise<PeerAnswer | null>;
  close(): void;
}

const NEEDED = 'a Python with statsforecast 2.1.1 and lightgbm 4.7';

/**
 * Why there are no peers here, or undefined when SIHWANG_PEERS_PYTHON names a Python that has them. One that was named
 * and cannot run them ends the command: whoever names it wants the peers' figures, not to go on without.
 */
export function peersMissing(): string | undefined {
  const python = process.env.SIHWANG_PEERS_PYTHON;
  if (!python) return `set SIHWANG_PEERS_PYTHON to ${NEEDED} to run the peers in this command`;
  const { error, status, stderr } = spawnSync(python, ['-c', 'import statsforecast, lightgbm'], {
    encoding: 'utf8',
    env: { ...process.env, ...oneThread },
  });
  if (!error && status === 0) return undefined;
  const why = error ? error.message : (stderr.trim().split('\n').at(-1) ?? `it ended with ${status}`);
  console.error(
    `SIHWANG_PEERS_PYTHON names ${python}, which cannot run the peers: ${why}\n` +
      `Name ${NEEDED} (pip install 'statsforecast==2.1.1' 'lightgbm==4.7.*'), or unset it to go on without peers.`,
  );
  process.exit(2);
}

/** One thread, and waiting threads that sleep: LightGBM's spinning is not its cost. */
const oneThread = {
  OMP_WAIT_POLICY: 'PASSIVE',
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
};

/** Starts StatsForecast on one thread in the Python that SIHWANG_PEERS_PYTHON names. */
export async function startStatsForecast(): Promise<Peer> {
  const { child, lines } = startPython('statsforecast-lines.py', []);
  const { versions } = JSON.parse(await lines());
  return {
    versions,
    ask: async (request) => {
      child.stdin!.write(`${JSON.stringify({ ...request, values: Array.from(request.values) })}\n`);
      const answer = JSON.parse(await lines());
      return answer.error ? null : answer;
    },
    close: () => child.stdin!.end(),
  };
}

/** Runs a script of this folder to its end with `input` as JSON on its standard input; answers its lines, parsed. */
export async function runPeerScript(script: string, input: unknown): Promise<unknown[]> {
  const { child, lines } = startPython(script, []);
  child.stdin!.end(JSON.stringify(input));
  const answers: unknown[] = [];
  for (;;) {
    const line = await lines().catch(() => null);
    if (line === null) break;
    answers.push(JSON.parse(line));
  }
  return answers;
}

function startPython(script: string, args: string[]): { child: ChildProcess; lines: () => Promise<string> } {
  const child = spawn(process.env.SIHWANG_PEERS_PYTHON!, [join('bench', 'peers', script), ...args], {
    env: { ...process.env, ...oneThread },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const reader = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    child,
    lines: async () => {
      const { value, done } = await reader.next();
      if (done) throw new Error(`${script} ended early; what it said stands above`);
      return value;
    },
  };
}
