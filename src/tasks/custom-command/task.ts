import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, type ExitCode, SihwangError, type Tables } from '../../domain/index.ts';
import type { Task, TaskRun, Trained } from '../task.ts';
import { writeInput } from './input-folder.ts';
import { artefactOf, bytesBelow, metricsOf } from './output-folder.ts';
import { type CommandRecipe, readCommandRecipe } from './recipe.ts';
import { type ProgramEnd, runProgram } from './run-program.ts';
import { tablesIn, untouchedWork } from './untouched.ts';

/** A worker has 25 s for its checkpoint; the program has these, what is left is for keeping it. */
const GRACE_SECONDS = 18;
/** Variables of the machine that every program has; whoever needs others names them. */
const MACHINE = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH'];
const LINE_CHARACTERS = 2000;
/** A program that says more is heard no further, so that a loop that prints fills no store. */
const MOST_LINES = 20_000;
const LAST_LINES = 5;

interface CommandResult extends Trained {
  readonly tables: Tables;
}

/**
 * A training of the user's own: a program that finds its data in the folder SIHWANG_INPUT and leaves its artefact and
 * `metrics.json` in the folder SIHWANG_OUTPUT. It ends with 0, or with 65, 75 or 78 as a worker does; any other code is
 * a bug. SIGTERM asks it to end, after it has replaced the file SIHWANG_CHECKPOINT, which it finds again the next time.
 */
export const customCommandTask: Task<CommandRecipe, CommandResult> = {
  name: 'custom-command',
  version: 1,
  readParams: readCommandRecipe,
  query: ({ query }) => query,
  // what it judges itself by is its own business
  split: () => ({ origins: 0, everyDays: 0, scored: 0 }),
  items: async (_, { timeoutSeconds }) => [{ item: 'all', group: 'all', costSeconds: timeoutSeconds }],

  async train(run, recipe) {
    if (recipe.image !== undefined) throw notOurs(recipe.image);
    const folders = {
      input: join(run.folder, 'input'),
      output: join(run.folder, 'output'),
      work: join(run.folder, 'work'),
    };
    for (const folder of [folders.output, folders.work]) mkdirSync(folder);
    const { horizons, seed } = run.job;
    const reader = await run.snapshot();
    const { feed, granularity } = reader;
    const { settings } = recipe;
    await writeInput(folders.input, reader, recipe, { feed, granularity, horizons, seed, settings });
    const checkpoint = await checkpointFile(run, join(run.folder, 'checkpoint'));
    const said = listener(run);
    const mostBytes = recipe.maxOutputMiB * 2 ** 20;
    const look = async (): Promise<boolean> => {
      if (run.checkpoint.due()) await checkpoint.keep();
      return bytesBelow(folders.output) + bytesBelow(folders.work) > mostBytes;
    };
    let end: ProgramEnd;
    try {
      end = await runProgram({
        command: recipe.command,
        folder: folders.work,
        environment: environmentOf(recipe, {
          SIHWANG_INPUT: folders.input,
          SIHWANG_OUTPUT: folders.output,
          SIHWANG_CHECKPOINT: checkpoint.path,
          TMPDIR: folders.work,
        }),
        timeoutSeconds: recipe.timeoutSeconds,
        stop: run.signal,
        graceSeconds: GRACE_SECONDS,
        onLine: said.hear,
        beyondLimit: look,
      });
    } catch (error) {
      throw notStarted(recipe, error as NodeJS.ErrnoException);
    }
    if (run.signal.aborted) {
      await checkpoint.keep();
      throw run.signal.reason;
    }
    run.emit('program-ended', { code: end.code, signal: end.signal });
    checkEnd(end, recipe, said.last());
    if (await look()) throw tooLarge(recipe);
    return {
      reported: metricsOf(folders.output),
      tables: tablesIn(folders.output),
      files: artefactOf(folders.output),
    };
  },

  judge: async ({ tables }) => tables,
  publish: async () => ({}),
  untouched: untouchedWork,
};

/** What the program keeps for its next time: one file that it replaces. */
async function checkpointFile(run: TaskRun, path: string) {
  const kept = await run.checkpoint.load();
  if (kept) writeFileSync(path, kept);
  let known = kept ? statSync(path).mtimeMs : 0;
  return {
    path,
    async keep(): Promise<void> {
      if (!existsSync(path)) return;
      const { mtimeMs } = statSync(path);
      if (mtimeMs === known) return;
      known = mtimeMs;
      // tenths of a second: later is higher, on every machine whose clock is right
      await run.checkpoint.save(Math.floor(mtimeMs / 100), readFileSync(path));
    },
  };
}

/** Hands on what the program says, so much of it. */
function listener({ emit }: TaskRun) {
  const last: string[] = [];
  let lines = 0;
  return {
    hear(stream: 'stdout' | 'stderr', whole: string): void {
      const line = whole.slice(0, LINE_CHARACTERS);
      if (line.trim() !== '') last.push(line.trim());
      if (last.length > LAST_LINES) last.shift();
      lines++;
      if (lines <= MOST_LINES) emit('said', { stream, line });
      else if (lines === MOST_LINES + 1) emit('said-too-much', { lines: MOST_LINES });
    },
    last: () => last.join(' | '),
  };
}

function environmentOf(
  { environment, inherit }: CommandRecipe,
  ours: Readonly<Record<string, string>>,
): Record<string, string> {
  const handedOn = [...MACHINE, ...inherit].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(handedOn), ...environment, ...ours };
}

/** Codes that mean the same as a worker's own. */
const OURS: readonly number[] = [EXIT.badData, EXIT.bug, EXIT.tryAgain, EXIT.configuration];

function checkEnd({ code, signal, endedFor }: ProgramEnd, recipe: CommandRecipe, last: string): void {
  if (endedFor === 'limit') throw tooLarge(recipe);
  if (endedFor === 'timeout')
    throw new SihwangError(
      'COMMAND_TIMEOUT',
      {
        ko: `프로그램이 ${recipe.timeoutSeconds}초를 넘겼습니다`,
        en: `the program took more than ${recipe.timeoutSeconds} s`,
      },
      {
        exit: EXIT.bug,
        hint: {
          ko: '설정의 timeoutSeconds를 늘리거나 프로그램이 하는 일을 줄이세요.',
          en: 'Give the recipe more timeoutSeconds, or the program less to do.',
        },
      },
    );
  if (code === 0) return;
  const how = code === null ? `was ended by ${signal}` : `ended with ${code}`;
  const exit = code !== null && OURS.includes(code) ? (code as ExitCode) : EXIT.bug;
  throw new SihwangError(
    'COMMAND_FAILED',
    {
      ko: `프로그램이 ${code === null ? `${signal}(으)로 끝났습니다` : `${code}번으로 끝났습니다`}${last === '' ? '' : `: ${last.slice(-600)}`}`,
      en: `the program ${how}${last === '' ? '' : `: ${last.slice(-600)}`}`,
    },
    {
      // whoever kills without a word is the machine: it ran out of memory, or was taken away
      exit: signal === 'SIGKILL' ? EXIT.tryAgain : exit,
      hint: { ko: '프로그램의 출력은 일감의 로그에 있습니다.', en: 'What it said is in the log of the job.' },
    },
  );
}

function notStarted({ command }: CommandRecipe, { code, message }: NodeJS.ErrnoException): SihwangError {
  return new SihwangError(
    'COMMAND_NOT_STARTED',
    {
      ko: `시작할 수 없는 프로그램: ${command[0]}: ${code ?? message}`,
      en: `${command[0]} cannot be started: ${code ?? message}`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '일꾼의 PATH에 있는 프로그램이나 전체 경로를 쓰세요. 컨테이너라면 이미지 안에 있어야 합니다.',
        en: 'Name a program that is on the PATH of the worker, or its whole path; in a container it must be in the image.',
      },
    },
  );
}

function notOurs(image: string): SihwangError {
  return new SihwangError(
    'COMMAND_OF_AN_IMAGE',
    {
      ko: `프로그램 자리에 이미지가 있습니다: ${image}. 우리 일꾼은 이미지를 시작하지 않습니다`,
      en: `the program is the image ${image}, which no worker of ours starts`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '이 일감은 실행기 sagemaker와 sagemaker-queue에서만 돕니다. 단계에 하나를 쓰세요.',
        en: 'Its job runs on the runners sagemaker and sagemaker-queue alone; name one of them in the step.',
      },
    },
  );
}

function tooLarge({ maxOutputMiB }: CommandRecipe): SihwangError {
  return new SihwangError(
    'COMMAND_OUTPUT_TOO_LARGE',
    {
      ko: `프로그램이 ${maxOutputMiB} MiB보다 많이 남겼습니다`,
      en: `the program left more than ${maxOutputMiB} MiB`,
    },
    {
      exit: EXIT.bug,
      hint: {
        ko: '설정의 maxOutputMiB를 늘리거나 프로그램이 덜 남기게 하세요.',
        en: 'Give the recipe more maxOutputMiB, or let the program keep less.',
      },
    },
  );
}
