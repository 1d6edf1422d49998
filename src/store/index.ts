export * from './durable-file.ts';
export { inspectJournal, type Journal, JournalError, openJournal, readJournal } from './journal.ts';
export { reach } from './kill-point.ts';
