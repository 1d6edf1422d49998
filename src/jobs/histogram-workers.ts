import { Worker } from 'node:worker_threads';

/** All that a worker does is inside the kernel: it waits on the shared memory for its share of each job. */
const PROGRAM = `
const { workerData: { module, memory, job } } = require('node:worker_threads');
new WebAssembly.Instance(module, { env: { memory } }).exports.serve(job);
`;

/**
 * Threads of this process that help a boosting training, for its option `threads`: `count` beside the thread that
 * trains. They end with the training; one that cannot start leaves its work to the others.
 */
export function histogramWorkers(count: number): {
  readonly count: number;
  start(module: WebAssembly.Module, memory: WebAssembly.Memory, job: number): void;
} {
  return {
    count,
    start: (module, memory, job) => {
      for (let worker = 0; worker < count; worker++) {
        new Worker(PROGRAM, { eval: true, workerData: { module, memory, job } })
          .on('error', () => {})
          .unref();
      }
    },
  };
}
