import type { ErrorClass } from './runner.ts';

const CLASS_OF_CODE: Readonly<Record<number, ErrorClass>> = {
  65: 'bad-data',
  75: 'transient',
  78: 'misconfig',
  143: 'stopped',
};

/** What a worker says with its exit code, where it did not succeed; any that it does not know is a bug. */
export function classOfExit(code: number): ErrorClass {
  return CLASS_OF_CODE[code] ?? 'bug';
}
