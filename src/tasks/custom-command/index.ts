export { customCommandTask } from './task.ts';
