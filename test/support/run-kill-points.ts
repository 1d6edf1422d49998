/** Places where a process may die while a run is carried out, that every run comes by. */
export const RUN_KILL_POINTS = [
  'run-written',
  'step-taken',
  'step-started',
  'try-begun',
  'work-done',
  'step-settled',
  'run-ended',
] as const;

/** Places that need an occasion: a step that fails, is cancelled, has jobs, or whose workflow is lost. */
export const SELDOM_RUN_KILL_POINTS = [
  'try-failed',
  'steps-given-up',
  'cancel-asked',
  'step-cancelled',
  'run-reopened',
  'step-started-again',
  'step-given-up',
  'jobs-handed-over',
] as const;

/** While a demo market is begun. */
export const DEMO_KILL_POINTS = ['demo-options-kept'] as const;

/** While a hook of a run writes its report and calls its program, in this order. */
export const HOOK_KILL_POINTS = ['report-text-written', 'report-written', 'hook-ended'] as const;
