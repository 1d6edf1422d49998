export * from './durable-file.ts';
export { type Journal, JournalError, openJournal, readJournal } from './journal.ts';
export { reach } from './kill-point.ts';
