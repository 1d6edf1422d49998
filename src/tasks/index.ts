export { type ComputedBy, codeHash, computedBy } from './computed-by.ts';
export { collectUntouched, performTask, RESULT_FILE, untouchedWorkOf } from './perform-task.ts';
export { taskNamed } from './registry.ts';
export { decodeTables, encodeTables, mergeTables } from './tables-file.ts';
export type * from './task.ts';
