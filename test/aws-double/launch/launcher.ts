/** A container about to run: the command with all of its environment. */
export interface Launch {
  /** Of the job, for messages and for an instant launcher that wants to know whose work it does. */
  readonly jobName: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Each line that the program writes. */
  readonly onLine: (line: string) => void;
  /** The program is killed when it takes more than this many MiB; unset = nobody looks. */
  readonly memoryMb?: number;
  /** Megabytes of room in the container's temporary folder; unset = as much as the machine has. */
  readonly diskMb?: number;
  /** Whatever the program asks of a disk takes so many ms longer. */
  readonly slowDiskMs?: number;
}

/** How a container ended: by a code, or by a signal that nobody of ours sent. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  /** Rejects when the program can't be started at all. */
  readonly ended: Promise<Ended>;
  signal(name: NodeJS.Signals): void;
}

/** What stands in for the machines of a compute environment. */
export interface Launcher {
  launch(container: Launch): Running;
  /** Ends what is left. */
  close(): Promise<LauncherEnd>;
}

export interface LauncherEnd {
  /** Programs that were still running. */
  readonly running: number;
  /** What programs asked of another machine than this one, in vain; each with who asked. */
  readonly callsOutside: readonly string[];
}
