import type { UntouchedContainer } from '../tasks/index.ts';
import { costOf } from './cost/job-cost.ts';
import { type Job, type JobSpec, jobSha256, type Placement, type Rates, type Resources } from './job.ts';

/** What a placement needs to be told; the rest has defaults. */
export interface PlaceFor {
  readonly home: string;
  readonly run: string;
  readonly runner: string;
  readonly store: string;
  readonly image?: string;
  readonly untouched?: UntouchedContainer | null;
  readonly checkpoint?: Placement['checkpoint'];
  readonly limits?: Partial<Placement['limits']>;
  readonly resources?: Partial<Resources>;
  /** The prices to estimate its cost by. */
  readonly rates?: Rates;
}

/** Puts a job somewhere, its result below the run's folder in the store. */
export function placeJob(job: Job, where: PlaceFor): JobSpec {
  const { home, run, runner, store, image = null } = where;
  const limits = { attemptSeconds: 7200, attempts: 3, ...where.limits };
  const resources = { vcpu: 1, memoryMiB: 1024, gpu: 0, spot: false, ...where.resources };
  return {
    job,
    placement: {
      home,
      run,
      gen: 1,
      runner,
      image,
      ...(where.untouched ? { untouched: where.untouched } : {}),
      store,
      result: `runs/${run}/${jobSha256(job).slice(0, 16)}/`,
      checkpoint: where.checkpoint ?? { everySeconds: 60 },
      limits,
      resources,
      ...(where.rates ? { cost: costOf(where.rates, { limits, resources }) } : {}),
    },
  };
}
