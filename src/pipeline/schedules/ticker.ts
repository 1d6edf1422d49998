import { type Bilingual, saidBy } from '../../domain/index.ts';
import { listSchedules, type Records } from '../../records/index.ts';
import { noteTicks } from './note-ticks.ts';
import type { ReadCalendar } from './read-calendar.ts';
import type { RunStarter } from './run-starter.ts';
import { noteEnds, startTicks } from './start-ticks.ts';

export interface TickerWorld {
  readonly records: Records;
  readonly runs: RunStarter;
  readonly readCalendar: ReadCalendar;
  /** The clock; default the machine's. */
  readonly now?: () => Date;
  /** A line for the log, told once as long as it stays the same. */
  readonly onNote?: (line: Bilingual) => void;
}

/**
 * One look at every schedule: notes which runs are over and which ticks have come, and starts the runs whose turn it is. A schedule that
 * cannot be read leaves the others alone and is told of. Gives the runs that were started.
 */
export async function lookAtSchedules(world: TickerWorld): Promise<readonly string[]> {
  const { records, runs, readCalendar, now = () => new Date(), onNote } = world;
  const started: string[] = [];
  for (const schedule of await listSchedules(records.pool)) {
    try {
      // first, so that a run that is over makes no tick skip
      await noteEnds(records, runs, schedule);
      await noteTicks(records, schedule, now(), readCalendar);
      const id = await startTicks(records, runs, schedule, now());
      if (id !== undefined) started.push(id);
    } catch (error) {
      onNote?.({
        ko: `예약 ${schedule.name}: ${saidBy(error).ko}`,
        en: `schedule ${schedule.name}: ${saidBy(error).en}`,
      });
    }
  }
  return started;
}
