import { describe, expect, it } from 'vitest';
import { runSql } from '../support/postgres-server.ts';
import { emptyDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';

describe.skipIf(recordsPrograms() === null)('databases of tests (skipped where no PostgreSQL is)', () => {
  it('have the tables of the records, and nothing of each other', async () => {
    const [one, two] = await Promise.all([withRecords('one'), withRecords('two')]);
    await one.records.pool.query("insert into sihwang.audit (actor, action, subject) values ('a', 'b', 'c')");
    const { rows } = await two.records.pool.query(
      'select (select id from sihwang.home), (select count(*)::int from sihwang.audit) as audit',
    );
    expect(rows).toEqual([{ id: 'two', audit: 0 }]);
    await one.drop();
    await two.drop();
    await expect(runSql(one.url, 'select 1')).rejects.toThrow('does not exist');
  });

  it('may be empty', async () => {
    const { url, drop } = await emptyDatabase();
    await expect(runSql(url, 'select * from sihwang.home')).rejects.toThrow('does not exist');
    await drop();
  });
});
