export { conditionTables } from './derived-tables.ts';
