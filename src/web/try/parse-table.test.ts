import { describe, expect, it } from 'vitest';
import { parseTable, type TableFault } from './parse-table.ts';

const read = (text: string) => parseTable(text).map(({ id, values }) => [id, ...values]);

describe('a pasted table', () => {
  it('may be long, dated or bare, parted by commas, semicolons or tabs', () => {
    expect(read('unique_id,ds,y\nb,2,20\na,1,1\nb,1,10\na,10,3\na,9,2\n')).toEqual([
      ['b', 10, 20],
      ['a', 1, 2, 3],
    ]);
    expect(read('ds;y\r\n2024-02;2\r\n2024-01;1\r\n')).toEqual([['y', 1, 2]]);
    expect(read('price\n5\n\n6\nNaN')).toEqual([['y', 5, 6, Number.NaN]]);
    expect(read('1\t7\n2\t8')).toEqual([['y', 7, 8]]);
    expect(read('ds;y\n1;1,5\n2;1,234\n3;2')).toEqual([['y', 1.5, 1.234, 2]]);
    expect(read('1\t7,5\n2\t-0,125')).toEqual([['y', 7.5, -0.125]]);
  });

  it('is refused with the line that is wrong', () => {
    const lineOf = (text: string) => {
      try {
        parseTable(text);
      } catch (error) {
        return (error as TableFault).line;
      }
      return undefined;
    };
    expect([lineOf(''), lineOf('y\n'), lineOf('y\n1\nx'), lineOf('ds,y\n1,2\n3')]).toEqual([1, 1, 3, 3]);
    // 1234 to one reader, 1.234 to another
    expect(lineOf('ds;y\n1;1,234')).toBe(2);
  });
});
