import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileText, quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';

let lake: SmallLake;
beforeEach(() => {
  lake = new SmallLake();
});
afterEach(() => lake.close());

const withLineOf = (bytes: number) =>
  Buffer.from(fileText(quotes, [quoteLine(), 'a'.repeat(bytes), quoteLine({ item: 'second' })]));

it('a long line is a rejected row like any other that cannot be read', async () => {
  const { commit } = await lake.take(quotes, withLineOf(5 << 20));
  expect(commit).toMatchObject({ rows: 3, outcomes: { accepted: 2, rejected: 1 } });
});

it('a file with a line that no table has is refused, so that no line of it goes without an outcome', async () => {
  await expect(lake.take(quotes, withLineOf(34 << 20))).rejects.toMatchObject({
    code: 'LINE_TOO_LONG',
    exit: 65,
  });
  expect(lake.commits(quotes)).toEqual([]);
});
