export { type AwsConfig, awsConfig, useAwsRegion } from './aws-config.ts';
export { type CacheOptions, cachedStore } from './cached-store.ts';
export { sha256OfFile } from './checksums.ts';
export * from './durable-file.ts';
export { inspectJournal, type Journal, JournalError, openJournal, readJournal } from './journal.ts';
export { reach } from './kill-point.ts';
export { homeStoreUri, openObject, openStore } from './open-store.ts';
export {
  type GetOptions,
  type PutOptions,
  type Store,
  type StoredObject,
  storeWithin,
  sweep,
  type Unfinished,
} from './store.ts';
