import { afterEach, beforeEach, expect, it } from 'vitest';
import { quoteLine, quotes, SmallLake } from '../../test/support/small-lake.ts';
import { publishConditions } from './publish.ts';
import { openServingLibrary } from './serving-library.ts';

let lake: SmallLake;
beforeEach(() => {
  lake = new SmallLake();
});
afterEach(() => lake.close());

it('numbers series by their place in their item, so that those which stand for items lie together', async () => {
  const lines = (item: string, grade: string, days: number) =>
    Array.from({ length: days }, (_, at) => quoteLine({ item, grade, day: `2024-03-0${at + 1}` }));
  await lake.take(quotes, [
    ...lines('apple', 'A', 1),
    ...lines('apple', 'B', 4),
    ...lines('apple', 'C', 2),
    ...lines('pear', 'A', 3),
    ...lines('pear', 'B', 3),
  ]);
  await publishConditions(lake.home, quotes.profile, []);
  const library = await openServingLibrary(lake.home, [quotes.profile]);
  const { columns } = await library.read('quotes', (reader) =>
    reader.query(
      `select item_code || ' ' || grade as named, count(*) as days from series join daily using (series_id)
       group by series_id, item_code, grade order by series_id`,
    ),
  );
  await library.close();
  expect(columns).toEqual({
    named: ['apple B', 'pear A', 'apple C', 'pear B', 'apple A'],
    days: [4, 3, 2, 3, 1],
  });
});
