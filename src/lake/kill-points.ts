/**
 * Named places where a process may die between two durable effects. The chaos suite sets SIHWANG_KILL_AT to one of
 * them and finds the home unharmed afterwards; in ordinary life reaching one does nothing.
 */
export const KILL_POINTS = [
  'raw-copied',
  'raw-recorded',
  'clean-written',
  'aside-written',
  'committed',
  'serving-built',
  'serving-renamed',
  'pointer-written',
] as const;

/** The same while an older home is brought to the present layout. */
export const MIGRATION_KILL_POINTS = ['raw-compressed', 'aside-named', 'home-migrated'] as const;

/** The same while a commit is undone. */
export const UNDO_KILL_POINTS = ['clean-written', 'aside-written', 'replaced', 'unpublished'] as const;

/** The same while a home is backed up, and while it is restored. */
export const BACKUP_KILL_POINTS = ['content-copied', 'backup-sealed'] as const;
export const RESTORE_KILL_POINTS = ['content-copied', 'restore-moved'] as const;

/** The same while a snapshot is drawn. */
export const SNAPSHOT_KILL_POINTS = ['snapshot-tables-stored', 'snapshot-sealed', 'lineage-stored'] as const;

type KillPoint = (
  | typeof KILL_POINTS
  | typeof MIGRATION_KILL_POINTS
  | typeof UNDO_KILL_POINTS
  | typeof BACKUP_KILL_POINTS
  | typeof RESTORE_KILL_POINTS
  | typeof SNAPSHOT_KILL_POINTS
)[number];

export function reach(point: KillPoint): void {
  if (process.env.SIHWANG_KILL_AT === point) process.kill(process.pid, 'SIGKILL');
}
