/** Where a controller may die between its intent and the result that it takes down. */
export const CONTROLLER_KILL_POINTS = [
  'jobs-planned',
  'jobs-intended',
  'object-stored',
  'job-folder-made',
  'job-file-written',
  'jobs-asked',
  'jobs-submitted',
  'jobs-taken-down',
] as const;

/** The same where the jobs run elsewhere: nothing of them is on this machine's disk. */
export const AWS_CONTROLLER_KILL_POINTS = CONTROLLER_KILL_POINTS.filter(
  (point) => point !== 'job-folder-made' && point !== 'job-file-written',
);

/** Where a worker or its supervisor may die. */
export const WORKER_KILL_POINTS = ['object-stored', 'manifest-committed', 'job-file-written'] as const;

export const JOB_KILL_POINTS = [
  ...CONTROLLER_KILL_POINTS,
  ...WORKER_KILL_POINTS,
  'object-fetched',
  'cancel-asked',
  'untouched-outputs-kept',
] as const;
