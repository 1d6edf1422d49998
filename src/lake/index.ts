export { backupHome, restoreHome } from './backup.ts';
export { holdsRows } from './clean-rows.ts';
export { type Commit, feedsTakenIn, type ReasonCount, readCommits } from './commit-log.ts';
export { copySnapshot } from './copy-snapshot.ts';
export { literal } from './database.ts';
export { type DayCount, dayCounts } from './day-counts.ts';
export { type LakeRow, rowsBehind } from './explain.ts';
export { deleteLeftovers, type Leftover, leftovers } from './gc.ts';
export { artefactsServed, snapshotsServed, snapshotsUncited } from './gc-snapshots.ts';
export * from './home.ts';
export { calendarsOf } from './home-calendars.ts';
export {
  BACKUP_KILL_POINTS,
  KILL_POINTS,
  MIGRATION_KILL_POINTS,
  RESTORE_KILL_POINTS,
  SNAPSHOT_KILL_POINTS,
  UNDO_KILL_POINTS,
} from './kill-points.ts';
export { type OpenSnapshot, openSnapshot } from './open-snapshot.ts';
export { parquetColumns } from './parquet-text.ts';
export { previewRows } from './preview.ts';
export * from './publish.ts';
export { publishForecasts } from './publish-forecasts.ts';
export { rejectedRows, replayRejected } from './quarantine.ts';
export {
  type AnswerOrigin,
  fileSource,
  keepAnswer,
  type RawRecord,
  type RawSource,
  rawPath,
  readRawText,
} from './raw-files.ts';
export { LAKE_REASONS } from './reasons.ts';
export { rehearse } from './rehearse.ts';
export { type Replayed, replayCheck } from './replay.ts';
export type { Columns, SqlValue } from './result-columns.ts';
export { readPointer, withdraw } from './serving-files.ts';
export * from './serving-library.ts';
export { columnsRead, selectColumns, type TypedColumn } from './snapshot-select.ts';
export { type KeptSnapshot, listSnapshots, snapshotNamed } from './snapshot-store.ts';
export { type SnapshotTableSql, type TakenSnapshot, takeSnapshot } from './snapshots.ts';
export * from './take-in.ts';
export { readHeaderLine } from './text-input.ts';
export * from './undo.ts';
export * from './writer-lock.ts';
