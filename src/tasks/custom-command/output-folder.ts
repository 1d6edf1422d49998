import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bilingual, EXIT, type Json, type JsonObject, SihwangError } from '../../domain/index.ts';
import type { TaskFile } from '../task.ts';
import { FORECASTS } from './forecasts.ts';
import { OUTCOMES } from './outcomes.ts';

/** What the program says of itself. */
export const METRICS_FILE = 'metrics.json';
export const METRICS_BYTES = 64 * 1024;
/** What is read, and no part of the artefact. */
const READ: ReadonlySet<string> = new Set([METRICS_FILE, OUTCOMES.name, FORECASTS.name]);
const MOST_FILES = 1000;
const MOST_DEPTH = 4;
const MOST_VALUES = 1000;
/** Names that the result of every job has. */
const OURS = new Set(['result.tables', 'manifest.json']);

/** Bytes in a folder and below it, as far as they can be seen. */
export function bytesBelow(folder: string): number {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    // a program renames and deletes while it works
    const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (found?.isFile()) bytes += found.size;
  }
  return bytes;
}

/** The files that a program left, in the order of their names, without what it says of itself. */
export function artefactOf(folder: string): TaskFile[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entries.length > MOST_FILES)
    throw refused(
      {
        ko: `파일이 ${entries.length}개인데 ${MOST_FILES}개까지 됨`,
        en: `${entries.length} files; ${MOST_FILES} are possible`,
      },
      { ko: '하나로 묶으세요.', en: 'Pack them into one.' },
    );
  for (const entry of entries) {
    if (!entry.isFile())
      throw refused(
        { ko: `보통 파일이 아님: ${entry.name}`, en: `${entry.name} is no plain file` },
        { ko: '폴더는 tar처럼 파일 하나로 묶으세요.', en: 'Pack folders into one file, such as a tar.' },
      );
    if (!/^[\p{L}\p{N}_][\p{L}\p{N}_ .+-]{0,199}$/u.test(entry.name) || OURS.has(entry.name))
      throw refused(
        { ko: `이름이 될 수 없음: ${entry.name}`, en: `${entry.name} cannot be a name` },
        {
          ko: '글자나 숫자로 시작하고 기호는 빼세요.',
          en: 'Begin names with a letter or a digit; leave out signs.',
        },
      );
  }
  return entries
    .filter(({ name }) => !READ.has(name))
    .map(({ name }) => ({ name, path: join(folder, name) }));
}

/** The figures that a program reports: an object, whose numbers are finite because JSON knows no others. */
export function metricsOf(folder: string): JsonObject {
  const path = join(folder, METRICS_FILE);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) throw metricsMissing({ ko: '프로그램', en: 'the program' });
  if (found.size > METRICS_BYTES)
    throw metricsError('COMMAND_METRICS_UNREADABLE', {
      ko: `${METRICS_FILE}가 ${METRICS_BYTES}바이트를 넘습니다`,
      en: `${METRICS_FILE} has more than ${METRICS_BYTES} bytes`,
    });
  let metrics: Json;
  try {
    metrics = JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch (cause) {
    throw metricsError('COMMAND_METRICS_UNREADABLE', {
      ko: `읽을 수 없는 ${METRICS_FILE}: ${(cause as Error).message}`,
      en: `${METRICS_FILE}: ${(cause as Error).message}`,
    });
  }
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics))
    throw metricsError('COMMAND_METRICS_UNREADABLE', {
      ko: `${METRICS_FILE}가 객체가 아닙니다`,
      en: `${METRICS_FILE} is no object`,
    });
  if (valuesIn(metrics, 1) > MOST_VALUES)
    throw metricsError('COMMAND_METRICS_UNREADABLE', {
      ko: `${METRICS_FILE}의 값이 ${MOST_VALUES}개를 넘습니다`,
      en: `${METRICS_FILE} has more than ${MOST_VALUES} values`,
    });
  return metrics as JsonObject;
}

function valuesIn(value: Json, depth: number): number {
  // 1e999 is JSON, and no number
  if (typeof value === 'number' && !Number.isFinite(value))
    throw metricsError('COMMAND_METRICS_UNREADABLE', {
      ko: `${METRICS_FILE}에 끝없이 큰 수가 있습니다`,
      en: `${METRICS_FILE} holds a number beyond all bounds`,
    });
  if (typeof value !== 'object' || value === null) return 1;
  if (depth > MOST_DEPTH)
    throw metricsError('COMMAND_METRICS_UNREADABLE', {
      ko: `${METRICS_FILE}가 ${MOST_DEPTH}겹보다 깊습니다`,
      en: `${METRICS_FILE} is deeper than ${MOST_DEPTH}`,
    });
  return Object.values(value).reduce((sum: number, one) => sum + valuesIn(one as Json, depth + 1), 0);
}

export function metricsMissing(who: Bilingual, hint?: Bilingual): SihwangError {
  return metricsError(
    'COMMAND_METRICS_MISSING',
    { ko: `${METRICS_FILE}를 남기지 않았습니다: ${who.ko}`, en: `${who.en} left no ${METRICS_FILE}` },
    hint,
  );
}

function metricsError(
  code: string,
  message: Bilingual,
  hint: Bilingual = {
    ko: `$SIHWANG_OUTPUT에 ${METRICS_FILE}를 {"mae": 12.5}처럼 쓰세요. 규칙은 docs/bring-your-own-model.md.`,
    en: `Write ${METRICS_FILE} into $SIHWANG_OUTPUT, such as {"mae": 12.5}; docs/bring-your-own-model.md has its rules.`,
  },
): SihwangError {
  return new SihwangError(code, message, { exit: EXIT.bug, hint });
}

function refused(what: Bilingual, hint: Bilingual): SihwangError {
  return new SihwangError(
    'COMMAND_OUTPUT_REFUSED',
    { ko: `프로그램이 남긴 것을 쓸 수 없습니다: ${what.ko}`, en: `the program left ${what.en}` },
    { exit: EXIT.bug, hint },
  );
}
