import type { Handle, Report, RunnerAbilities } from '../../runner.ts';

/** What runners of trainings have in common: a machine to each job, and minutes until it begins. */
export function abilitiesOf({ mostWaiting, mostAtOnce, pollSeconds = 10 }: Abilities): RunnerAbilities {
  const atOnce = mostAtOnce === undefined ? {} : { mostAtOnce };
  const same = { limitsMemory: true, findsLost: true, visibleAfterSeconds: 120 };
  return { ...same, mostWaiting, ...atOnce, pollSeconds };
}

interface Abilities {
  readonly mostWaiting: number;
  readonly mostAtOnce?: number | undefined;
  readonly pollSeconds?: number | undefined;
}

/** A job as a list tells it: enough to know whether it has changed. */
export interface Summary {
  readonly name: string;
  /** Differs when there may be something new to describe. */
  readonly mark: string;
}

/** So many are described one by one without listing first. */
const FEW = 8;

/**
 * Looks at jobs that a service describes one at a time. A few are described; of many a list is taken, by what their names
 * begin with, and only those are described whose mark there has changed since.
 */
export class Looks {
  private readonly list: (prefix: string) => AsyncIterable<Summary>;
  private readonly describe: (handle: Handle) => Promise<Report>;
  private known = new Map<string, { readonly mark: string; readonly report: Report }>();

  constructor(list: Looks['list'], describe: Looks['describe']) {
    this.list = list;
    this.describe = describe;
  }

  async at(handles: readonly Handle[]): Promise<readonly Report[]> {
    if (handles.length <= FEW) return Promise.all(handles.map(this.describe));
    const marks = new Map<string, string>();
    for await (const { name, mark } of this.list(beginningOf(handles))) marks.set(name, mark);
    const before = this.known;
    this.known = new Map();
    return Promise.all(
      handles.map(async (handle) => {
        const mark = marks.get(handle.name);
        const last = before.get(handle.name);
        // what the list does not tell may be too new for it, or gone
        const report = mark !== undefined && last?.mark === mark ? last.report : await this.describe(handle);
        if (mark !== undefined) this.known.set(handle.name, { mark, report });
        return report;
      }),
    );
  }
}

/** What all names begin with. */
function beginningOf(handles: readonly Handle[]): string {
  const names = handles.map(({ name }) => name);
  let length = names[0]!.length;
  for (const name of names) while (!name.startsWith(names[0]!.slice(0, length))) length--;
  return names[0]!.slice(0, length);
}
