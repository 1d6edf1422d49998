/** Named places where a process may die between two durable effects on the records' files; see `store/kill-point.ts`. */
export const RECORDS_KILL_POINTS = ['records-made', 'records-password-written', 'records-restored'] as const;
