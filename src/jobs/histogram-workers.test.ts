import { expect, it } from 'vitest';
import { trainBoosting } from '../models/index.ts';
import { histogramWorkers } from './histogram-workers.ts';

it('does not change a bit of a model, whatever the number of threads', () => {
  const rows = 6000;
  const names = Array.from({ length: 30 }, (_, at) => `x${at}`);
  const columns = names.map((_, at) =>
    Float64Array.from({ length: rows }, (_, row) => Math.sin((row + 1) * (at + 1.3)) * 1000),
  );
  const target = columns[0]!.map((value, row) => value * columns[7]![row]! + columns[29]![row]!);
  const train = (helpers: number): Uint8Array =>
    trainBoosting({ names, columns }, target, {
      trees: 30,
      ...(helpers > 0 && { threads: histogramWorkers(helpers) }),
    }).toBytes();
  const alone = train(0);
  expect(train(1)).toEqual(alone);
  expect(train(2)).toEqual(alone);
  expect(train(7)).toEqual(alone);
});

it('trains on when no helper can start', () => {
  const column = Float64Array.from({ length: 5000 }, (_, row) => row);
  const broken = { count: 3, start: () => {} };
  const table = { names: ['x'], columns: [column] };
  expect(trainBoosting(table, column, { trees: 3, threads: broken }).toBytes()).toEqual(
    trainBoosting(table, column, { trees: 3 }).toBytes(),
  );
});
