import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { isAlive, thisProcess } from '../../process-identity.ts';
import type { Handle, Intent, Listed, Report, Runner } from '../../runner.ts';
import {
  type JobFolder,
  jobFolder,
  jobNames,
  type LocalJob,
  lost,
  readOutput,
  reportOf,
  waiting,
} from './job-folder.ts';
import type { FromSupervisor, SupervisorOptions, ToSupervisor } from './supervisor.ts';

export interface LocalRunnerOptions {
  /** At most so many jobs at a time; default the processors, four at most. */
  readonly workers?: number;
  readonly tasksPerWorker?: number;
  /** From SIGTERM to SIGKILL. Default 30. */
  readonly graceSeconds?: number;
  /** Program of a worker and of the supervisor; default our own, as built. */
  readonly worker?: URL;
  readonly supervisor?: URL;
}

/**
 * Runs jobs in child processes of this machine. What it knows of a job is a folder below `<home>/jobs`, so any later
 * process of the same home knows it too: the folder's making is the lock of the name, and how the attempt ended is
 * written by a supervisor that outlives its controller for a moment.
 */
export function openLocalRunner(
  home: { readonly id: string; readonly path: string },
  options: LocalRunnerOptions = {},
): Runner {
  return new LocalRunner(home, options);
}

class LocalRunner implements Runner {
  readonly kind = 'local';
  readonly abilities = {
    limitsMemory: process.platform !== 'win32',
    findsLost: true,
    mostWaiting: 200,
    pollSeconds: 0.1,
    visibleAfterSeconds: 0,
  };
  private readonly home: string;
  private readonly jobs: string;
  private readonly options: LocalRunnerOptions;
  private supervisor: ChildProcess | undefined;
  private heard: () => void = () => undefined;
  /** Jobs that this process's own supervisor has, with what it last said. */
  private readonly own = new Map<string, 'QUEUED' | 'RUNNING' | 'ended'>();
  /** When a worker without a supervisor was asked to end. */
  private readonly asked = new Map<string, number>();

  constructor(home: { readonly id: string; readonly path: string }, options: LocalRunnerOptions) {
    this.home = home.id;
    this.jobs = join(home.path, 'jobs');
    this.options = options;
  }

  async submit({ name, home, jobSha256, specUri, spec }: Intent): Promise<Handle> {
    const folder = this.folderOf(name);
    const made = folder.make();
    const there = made ? null : folder.job();
    if (there && there.jobSha256 !== jobSha256)
      throw new Error(`the folder ${folder.path} is that of another job, ${there.jobSha256}`);
    const { limits, resources } = spec.placement;
    this.take(folder, {
      name,
      home,
      jobSha256,
      specUri,
      attemptSeconds: limits.attemptSeconds,
      memoryMiB: resources.memoryMiB,
      graceSeconds: this.options.graceSeconds ?? 30,
    });
    return { name, providerId: name };
  }

  async poll(handles: readonly Handle[]): Promise<readonly Report[]> {
    return handles.map(({ name }) => this.look(name));
  }

  async cancel({ name }: Handle, reason: string): Promise<void> {
    const folder = this.folderOf(name);
    if (!folder.exists() || folder.exit()) return;
    folder.writeCancel(reason);
    // another controller's supervisor reads it; of one without any, a look ends the worker
    if (this.own.has(name)) this.tell({ cancel: name });
    else this.look(name);
  }

  async logs({ name }: Handle, cursor: string): Promise<{ lines: string[]; cursor: string }> {
    const { lines, next } = await readOutput(this.folderOf(name), Number(cursor) || 0);
    return { lines, cursor: String(next) };
  }

  async *list(prefix: string): AsyncGenerator<Listed> {
    for (const name of jobNames(this.jobs)) {
      if (!name.startsWith(prefix)) continue;
      const { providerId, state } = this.look(name);
      yield { name, providerId, state, home: this.folderOf(name).job()?.home ?? null };
    }
  }

  async release({ name }: Handle): Promise<void> {
    this.own.delete(name);
    this.asked.delete(name);
    this.folderOf(name).remove();
  }

  onEnd(heard: () => void): void {
    this.heard = heard;
  }

  prepare(): void {
    // where only the sources run there is no program of it
    if (!this.options.supervisor && import.meta.url.endsWith('.ts')) return;
    this.supervisor ??= this.startSupervisor();
  }

  async close(): Promise<void> {
    const { supervisor } = this;
    if (!supervisor) return;
    const ended = new Promise((resolve) => supervisor.once('exit', resolve));
    if (supervisor.connected) supervisor.disconnect();
    await ended;
  }

  private folderOf(name: string): JobFolder {
    return jobFolder(this.jobs, name);
  }

  /**
   * Puts a job into the queue of this process, unless it has begun somewhere. It may wait in that of an earlier controller
   * too, which is dead or frozen: whichever comes to it first begins it, and no other does.
   */
  private take(folder: JobFolder, job: LocalJob): void {
    if (folder.exit() || folder.process() || this.own.has(job.name)) return;
    folder.writeJob(job);
    this.own.set(job.name, 'QUEUED');
    this.tell({ start: job });
  }

  private look(name: string): Report {
    const said = this.own.get(name);
    if (said === 'QUEUED') return waiting(name);
    if (said === 'RUNNING') return { ...waiting(name), state: 'RUNNING', lastSeenAt: new Date() };
    const folder = this.folderOf(name);
    const report = reportOf(folder, name);
    if (report) {
      // a worker ends with its supervisor, unless it was too busy to notice
      const supervised = isAlive(folder.process()?.supervisor ?? thisProcess());
      if (report.state === 'RUNNING' && !supervised) this.endWorker(folder, name);
      return report;
    }
    const job = folder.job();
    if (!job) return lost(name, folder.exists() ? 'it was never queued' : 'nothing is known of it');
    // it waits in the queue of an earlier controller, so it waits in this one's as well
    if (job.home === this.home) this.take(folder, job);
    return waiting(name);
  }

  /** Ends a worker that is not this process's own: asks first, and again with force when that was long ago. */
  private endWorker(folder: JobFolder, name: string): void {
    const found = folder.process();
    if (!found || folder.job()?.home !== this.home || !isAlive(found.worker)) return;
    const since = this.asked.get(name) ?? Date.now();
    this.asked.set(name, since);
    const late = Date.now() - since >= (this.options.graceSeconds ?? 30) * 1000;
    try {
      process.kill(-found.worker.pid, late ? 'SIGKILL' : 'SIGTERM');
    } catch {
      // it has ended meanwhile
    }
  }

  private tell(word: ToSupervisor): void {
    this.supervisor ??= this.startSupervisor();
    this.supervisor.send(word, () => undefined);
  }

  private startSupervisor(): ChildProcess {
    const built = new URL('./supervisor-main.js', import.meta.url);
    const child = fork(this.options.supervisor ?? built, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Ctrl-C is for the controller, which then closes the channel
      detached: true,
    });
    const open: SupervisorOptions = {
      jobs: this.jobs,
      worker: (this.options.worker ?? new URL('../../worker/main.js', import.meta.url)).href,
      workers: this.options.workers ?? null,
      tasksPerWorker: this.options.tasksPerWorker ?? null,
    };
    child.send({ open } satisfies ToSupervisor);
    child.on('message', ({ name, is }: FromSupervisor) => {
      if (this.own.has(name)) this.own.set(name, is);
      if (is === 'ended') this.heard();
    });
    child.on('error', () => undefined);
    child.once('exit', () => {
      this.supervisor = undefined;
      // what it had not begun is found in its folder and queued again at the next look
      for (const [name, is] of this.own) if (is !== 'ended') this.own.delete(name);
      this.heard();
    });
    return child;
  }
}
