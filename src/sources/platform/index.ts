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
export { type OpenTable, withTable } from './postgres.ts';
