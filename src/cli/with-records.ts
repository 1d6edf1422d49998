import { openRecords, type Records } from '../records/index.ts';
import { type CommonOptions, homeOf } from './command.ts';
import { languageOf, tellIn } from './language.ts';

/** Opens the home's records for one question or deed, and closes them whatever happens. */
export async function withRecords<T>(
  options: CommonOptions,
  ask: (records: Records) => Promise<T>,
): Promise<T> {
  const records = await openRecords(homeOf(options), { onProgress: tellIn(languageOf(options)) });
  try {
    return await ask(records);
  } finally {
    await records.close();
  }
}
