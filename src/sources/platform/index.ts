export { type DropFolderEffects, type Dropped, filesDropped, firstLines } from './drop-folder.ts';
export { type MappedTable, mappedFeed, platformFeedId } from './mapped-feed.ts';
export {
  checkColumns,
  columnOf,
  columnsRead,
  type PlatformMapping,
  type PlatformTable,
  parseMapping,
} from './mapping.ts';
export type { OpenTable } from './postgres.ts';

type WithTable = typeof import('./postgres.ts').withTable;

/** Reads a table of the platform's own PostgreSQL, whose client is loaded only then. */
export const withTable: WithTable = async (...asked) => (await import('./postgres.ts')).withTable(...asked);
