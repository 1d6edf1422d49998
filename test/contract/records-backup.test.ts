import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportRecords } from '../../src/records/backup/export-records.ts';
import { openRecords } from '../../src/records/index.ts';
import { migrate } from '../../src/records/migrate.ts';
import { MIGRATIONS } from '../../src/records/migrations/index.ts';
import { serverFolder } from '../../src/records/server/server-folder.ts';
import { emptyDatabase, recordsPrograms, withRecords } from '../support/records-database.ts';

const HOME = 'the-home';
/** Text that a careless writer would tear: the separators and marks of COPY, several scripts, an empty text. */
const TEXTS = ['배추\t특', 'a\nb\r\n', '\\N', '\\.', '\'"', '', '𠮷野家'];

describe.skipIf(recordsPrograms() === null)(
  'a backup of the records (skipped where no PostgreSQL is)',
  () => {
    const drops: (() => Promise<void>)[] = [];
    let path: string;
    beforeEach(() => {
      path = mkdtempSync(join(tmpdir(), 'sihwang-records-backup-'));
      chmodSync(path, 0o755);
    });
    afterEach(async () => {
      for (const drop of drops.splice(0)) await drop();
      rmSync(path, { recursive: true, force: true });
    });

    async function records() {
      const database = await withRecords(HOME);
      drops.push(database.drop);
      return database.records;
    }

    async function empty(): Promise<string> {
      const { url, drop } = await emptyDatabase();
      drops.push(drop);
      return url;
    }

    const restored = () => serverFolder(path).restored;
    const open = (databaseUrl: string, id = HOME, adopt = false) =>
      openRecords({ path, id }, { databaseUrl, adopt });

    async function fill(pool: pg.Pool): Promise<void> {
      for (const [at, text] of TEXTS.entries()) {
        await pool.query(
          'insert into sihwang.audit (actor, action, subject, detail) values ($1, $1, $2, $3)',
          [text, `s${at}`, JSON.stringify({ text, missing: null, many: [1e-300, 12345678901234] })],
        );
        await pool.query(
          "insert into sihwang.intents (key, kind, subject, asked_by) values ($1, 'k', $2, 'me')",
          [`k${at}`, text],
        );
      }
      await pool.query("delete from sihwang.intents where key = 'k6'");
      await pool.query("select sihwang.ledger_month('2026-01-31'), sihwang.ledger_month('2025-12-01')");
      for (const day of ['2025-12-31', '2026-01-01'])
        await pool.query(
          `insert into sihwang.forecast_scores values (1, 'W1', $1, 1, now(), 'infinity', 1, $1, 'NaN', 1e-310, null, 0.1, true)`,
          [day],
        );
    }

    /** Every table's bytes as an export writes them, but for what tells of the opening itself. */
    async function bytesOf(pool: pg.Pool): Promise<Record<string, string>> {
      const folder = mkdtempSync(join(path, 'export-'));
      await exportRecords(pool, folder, HOME);
      const names = readdirSync(folder).filter(
        (name) => name.endsWith('.gz') && name !== 'migrations.copy.gz',
      );
      return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'base64')]));
    }

    it('gives back every row, and numbers go on where they were', async () => {
      const { pool } = await records();
      await fill(pool);
      const before = await bytesOf(pool);
      expect(Object.keys(before).filter((name) => name.startsWith('forecast_scores_'))).toHaveLength(2);
      const manifest = await exportRecords(pool, restored(), HOME);
      expect(manifest.tables.find(({ name }) => name === 'audit')).toMatchObject({ rows: TEXTS.length });
      // a table that did not change is the same file in the next backup
      expect(await bytesOf(pool)).toEqual(before);

      const opened = await open(await empty());
      expect(existsSync(restored())).toBe(false);
      expect(await bytesOf(opened.pool)).toEqual(before);
      const next =
        "insert into sihwang.intents (key, kind, subject, asked_by) values ('n', 'k', 's', 'me') returning id";
      expect((await opened.pool.query(next)).rows).toEqual((await pool.query(next)).rows);
      // and the guards of the tables hold again
      await opened.pool.query("select sihwang.ledger_month('2026-01-01')");
      await expect(opened.pool.query("update sihwang.intents set state = 'torn'")).rejects.toThrow(
        'check constraint',
      );
      await opened.close();
    });

    it('of every earlier migration is restored and brought to the newest', async () => {
      for (let known = 1; known <= MIGRATIONS.length; known++) {
        const older = new pg.Pool({ connectionString: await empty(), max: 1 });
        await migrate(older, { homeId: HOME, migrations: MIGRATIONS.slice(0, known) });
        await older.query("insert into sihwang.audit (actor, action, subject) values ('a', 'b', $1)", [
          known,
        ]);
        await exportRecords(older, restored(), HOME);
        await older.end();
        const opened = await open(await empty());
        const { rows } = await opened.pool.query(
          'select (select count(*)::int from sihwang.migrations) as migrations, (select min(subject) from sihwang.audit) as told',
        );
        expect(rows).toEqual([{ migrations: MIGRATIONS.length, told: String(known) }]);
        await opened.close();
      }
    });

    it('is taken in once, also by one who died before it could say so', async () => {
      const { pool } = await records();
      await fill(pool);
      await exportRecords(pool, restored(), HOME);
      cpSync(restored(), join(path, 'kept'), { recursive: true });
      const url = await empty();
      const first = await open(url);
      await first.pool.query("insert into sihwang.audit (actor, action, subject) values ('a', 'b', 'later')");
      await first.close();
      cpSync(join(path, 'kept'), restored(), { recursive: true });
      const second = await open(url);
      const { rows } = await second.pool.query('select count(*)::int as n from sihwang.audit');
      expect(rows[0].n).toBe(TEXTS.length + 1);
      expect(existsSync(restored())).toBe(false);
      await second.close();
    });

    it('is not mixed with records that hold rows, and is kept then', async () => {
      const { pool } = await records();
      await exportRecords(pool, restored(), HOME);
      const filled = await withRecords(HOME);
      drops.push(filled.drop);
      await fill(filled.records.pool);
      await expect(open(filled.url)).rejects.toMatchObject({ code: 'RECORDS_NOT_EMPTY', exit: 78 });
      expect(existsSync(restored())).toBe(true);
      const others = await withRecords('another-home');
      drops.push(others.drop);
      await expect(open(others.url)).rejects.toMatchObject({ code: 'RECORDS_OTHER_HOME' });
      rmSync(restored(), { recursive: true });
      await (await open(filled.url)).close();
    });

    it('of another home is refused until it is adopted', async () => {
      const { pool } = await records();
      await exportRecords(pool, restored(), HOME);
      const url = await empty();
      cpSync(restored(), join(path, 'kept'), { recursive: true });
      await expect(open(url, 'second')).rejects.toMatchObject({ code: 'RECORDS_OTHER_HOME' });
      cpSync(join(path, 'kept'), restored(), { recursive: true });
      await (await open(url, 'second', true)).close();
    });

    it('that is cut short or newer than we are changes nothing', async () => {
      const { pool } = await records();
      await fill(pool);
      await exportRecords(pool, restored(), HOME);
      const file = join(restored(), 'manifest.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8'));
      const url = await empty();
      const attempt = async (change: object, code: string) => {
        writeFileSync(file, JSON.stringify({ ...manifest, ...change }));
        await expect(open(url)).rejects.toMatchObject({ code });
      };
      await attempt({ format: 2 }, 'RECORDS_EXPORT_NEWER');
      await attempt({ migrations: [{ id: '9999-later', sha256: 'x' }] }, 'RECORDS_NEWER');
      const tables = manifest.tables.map((table: { rows: number }) => ({ ...table, rows: table.rows + 1 }));
      await attempt({ tables }, 'RECORDS_RESTORE_DAMAGED');
    });
  },
);
