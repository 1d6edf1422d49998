import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { jobRows } from '../../src/records/index.ts';
import { jobRowsInMemory } from '../support/job-rows-in-memory.ts';
import { type RecordsDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';
import { jobRowsSuite } from './job-rows-suite.ts';

const inMemory = jobRowsInMemory();
jobRowsSuite('in memory', () => inMemory, randomUUID);

describe.skipIf(recordsPrograms() === null)('with PostgreSQL (skipped where there is none)', () => {
  let database: RecordsDatabase;
  beforeAll(async () => {
    database = await withRecords();
  });
  afterAll(() => database?.drop());
  jobRowsSuite('in the records', () => jobRows(database.records.pool), randomUUID);
});
