/**
 * A named place between two durable effects. The chaos suite sets SIHWANG_KILL_AT to a name and finds everything
 * unharmed after the death there; in ordinary life reaching one does nothing.
 */
export function reach(point: string): void {
  if (process.env.SIHWANG_KILL_AT === point) process.kill(process.pid, 'SIGKILL');
}
