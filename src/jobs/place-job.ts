import { EXIT, SihwangError } from '../domain/index.ts';
import type { UntouchedContainer } from '../tasks/index.ts';
import { costOf } from './cost/job-cost.ts';
import {
  type Job,
  type JobCost,
  type JobSpec,
  jobSha256,
  type Placement,
  type Rates,
  type Resources,
} from './job.ts';

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

/** An attempt that is no longer than this may begin again from its beginning when its machine is taken away. */
const SHORT_SECONDS = 600;

/**
 * A long attempt on a machine that may be taken away has to save what it has done.
 * @throws SihwangError `SPOT_WITHOUT_CHECKPOINT` (78)
 */
export function requireCheckpoint({ job, placement }: JobSpec): void {
  const { checkpoint, limits, resources } = placement;
  if (!resources.spot || limits.attemptSeconds <= SHORT_SECONDS) return;
  if (checkpoint.everySeconds < limits.attemptSeconds) return;
  throw new SihwangError(
    'SPOT_WITHOUT_CHECKPOINT',
    {
      ko: `일감 ${job.task}: 언제든 회수될 수 있는 기계에서 ${limits.attemptSeconds}초를 일할 수 있는데, 중간 저장은 ${checkpoint.everySeconds}초 뒤에야 합니다`,
      en: `the job ${job.task} may work for ${limits.attemptSeconds} s on a machine that can be taken away at any moment, and would save a checkpoint only after ${checkpoint.everySeconds} s`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: `홈의 aws.json에서 resources.spot을 false로 하거나 limits.attemptSeconds를 ${SHORT_SECONDS} 이하로 하세요.`,
        en: `Set resources.spot to false in aws.json of the home, or limits.attemptSeconds to ${SHORT_SECONDS} or less.`,
      },
    },
  );
}

/** Puts a job somewhere, its result below the run's folder in the store. */
export function placeJob(job: Job, where: PlaceFor): JobSpec {
  const { home, run, runner, store, image = null } = where;
  const { limits, resources } = withDefaults(where);
  const cost = costWhere(where);
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
      ...(cost ? { cost } : {}),
    },
  };
}

/** What any job so placed may cost, whatever it computes; null where it has no price. */
export function costWhere(where: Pick<PlaceFor, 'limits' | 'resources' | 'rates'>): JobCost | null {
  return where.rates ? costOf(where.rates, withDefaults(where)) : null;
}

function withDefaults({ limits, resources }: Pick<PlaceFor, 'limits' | 'resources'>) {
  return {
    limits: { attemptSeconds: 7200, attempts: 3, ...limits },
    resources: { vcpu: 1, memoryMiB: 1024, gpu: 0, spot: false, ...resources },
  };
}
