import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JournalError, openJournal, readJournal } from './journal.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-journal-'));
  path = join(folder, 'deep', 'journal');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(...records: unknown[]): void {
  const journal = openJournal(path, () => {});
  for (const record of records) journal.append(record);
  journal.close();
}

function reopen(): { records: unknown[]; notes: string[] } {
  const records: unknown[] = [];
  const notes: string[] = [];
  openJournal(
    path,
    (record) => records.push(record),
    (note) => notes.push(note.en),
  ).close();
  return { records, notes };
}

describe('the journal', () => {
  it('gives back what was appended, in its order, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), (records) => {
        rmSync(path, { force: true });
        write(...records);
        const plain = JSON.parse(JSON.stringify(records));
        expect(reopen()).toEqual({ records: plain, notes: [] });
        expect(readJournal(path)).toEqual(plain);
      }),
      { numRuns: 50 },
    );
  });

  it('cut anywhere, keeps every whole record and goes on behind it', () => {
    const records = [{ a: 1 }, { b: '쌀\n' }, { c: [1, 2, 3] }];
    write(...records);
    const whole = readFileSync(path);
    for (let size = 0; size <= whole.length; size++) {
      writeFileSync(path, whole.subarray(0, size));
      const kept = readJournal(path).length;
      const { records: seen, notes } = reopen();
      expect(seen).toEqual(records.slice(0, kept));
      write('after');
      expect(reopen().records).toEqual([...records.slice(0, kept), 'after']);
      expect(notes.length).toBe(kept === lastBoundary(whole, size) ? 0 : 1);
    }
    /** The number of records when the cut is on a boundary between two, else none. */
    function lastBoundary(bytes: Buffer, size: number): number {
      if (size === 0) return 0;
      return bytes[size - 1] === 10 ? bytes.subarray(0, size).toString().split('\n').length - 1 : -1;
    }
  });

  it('refuses a damaged record with whole ones behind it, for they were acknowledged', () => {
    write({ a: 1 }, { b: 2 }, { c: 3 });
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('"b"') + 1] = 120;
    writeFileSync(path, bytes);
    expect(() => reopen()).toThrow(expect.objectContaining({ code: 'JOURNAL_DAMAGED' }));
  });

  it('has one writer: a second is refused here, and a foreign write is found before the next append', () => {
    const journal = openJournal(path, () => {});
    expect(() => openJournal(path, () => {})).toThrow(JournalError);
    appendFileSync(path, 'something');
    expect(() => journal.append({})).toThrow(expect.objectContaining({ code: 'JOURNAL_FOREIGN_WRITER' }));
    truncateSync(path, 0);
    journal.append({ fine: true });
    journal.close();
    expect(reopen().records).toEqual([{ fine: true }]);
  });

  it('is rewritten as a whole and goes on', () => {
    const journal = openJournal(path, () => {});
    for (let n = 0; n < 100; n++) journal.append({ n });
    journal.rewrite([{ n: 99 }]);
    expect(journal.length).toBe(1);
    journal.append({ n: 100 });
    journal.close();
    expect(reopen().records).toEqual([{ n: 99 }, { n: 100 }]);
  });
});
