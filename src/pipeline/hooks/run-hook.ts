import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, type JsonObject, SihwangError } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import { reach } from '../../store/index.ts';

export type HookName = 'report' | 'alert';

export interface HookCall {
  readonly hook: HookName;
  /** Names this call: made again after a death it has the same key. */
  readonly key: string;
  readonly run: string;
  /** What happened, as JSON. */
  readonly file: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** So much of what a hook says is kept in the log of its run, from the end. */
const SAID_CHARACTERS = 2_000;
/** What a hook sees of our environment beside `HOOK_*`: keys of sources and addresses of databases are not for it. */
const PASSED_ON =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SystemRoot|PATHEXT|USERPROFILE|APPDATA|HOOK_\w+)$/i;

/** `command` of the step, else what a person put into `hooks/` of the home; null without either. */
export function hookCommand(
  home: Home,
  hook: HookName,
  command: readonly string[] | undefined,
): readonly string[] | null {
  if (command) return command;
  const at = (ending: string) => join(home.path, 'hooks', `${hook}${ending}`);
  const script = ['.mjs', '.js'].map(at).find((path) => existsSync(path));
  if (script) return [process.execPath, script];
  const program = at('');
  if (!existsSync(program)) return null;
  try {
    accessSync(program, constants.X_OK);
  } catch (cause) {
    throw new SihwangError(
      'HOOK_NOT_EXECUTABLE',
      { ko: `실행 권한이 없습니다: ${program}`, en: `${program} may not be executed` },
      {
        exit: EXIT.configuration,
        hint: {
          ko: `chmod +x ${program}, 또는 ${hook}.mjs로 쓰세요.`,
          en: `Run chmod +x ${program}, or write it as ${hook}.mjs.`,
        },
        cause,
      },
    );
  }
  return [program];
}

/**
 * Runs a hook to its end, with the path of what happened as its last argument. Told at least once: a death behind the
 * command and before its end is written down calls it again, with the same key.
 * @throws SihwangError `HOOK_FAILED` for an end other than 0 or after the time limit, tried again as the plan says;
 * `HOOK_NOT_FOUND` where there is no such program
 */
export async function runHook(
  home: Home,
  command: readonly string[],
  { hook, key, run, file, timeoutMs, signal }: HookCall,
): Promise<JsonObject> {
  const [program, ...given] = command as [string, ...string[]];
  const passed = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  // a group of its own, so that what a shell began ends with it
  const group = process.platform !== 'win32';
  const child = spawn(program, [...given, file], {
    cwd: home.path,
    env: {
      ...Object.fromEntries(passed),
      ...{ SIHWANG_HOOK: hook, SIHWANG_KEY: key, SIHWANG_RUN: run, SIHWANG_HAPPENED: file },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: group,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-SAID_CHARACTERS);
    });
  let late = false;
  const kill = () => {
    try {
      if (group && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // it has just ended
    }
  };
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, timeoutMs);
  signal.addEventListener('abort', kill, { once: true });
  const end = await new Promise<number | NodeJS.Signals | Error>((resolve) => {
    child.once('error', resolve);
    child.once('close', (code, by) => resolve(by ?? code ?? 1));
  });
  clearTimeout(timer);
  signal.removeEventListener('abort', kill);
  reach('hook-ended');
  const output = { hook, key, said: said.trim() };
  if (end === 0) return output;
  if (end instanceof Error)
    throw new SihwangError(
      'HOOK_NOT_FOUND',
      {
        ko: `시작할 수 없는 훅 ${hook}: ${end.message}`,
        en: `the hook ${hook} cannot be started: ${end.message}`,
      },
      {
        exit: EXIT.configuration,
        hint: {
          ko: '단계의 command나 홈의 hooks/에 있는 파일을 고치세요. 예는 docs/plans.md.',
          en: 'Correct command of the step, or the file in hooks/ of the home; docs/plans.md shows one.',
        },
        cause: end,
      },
    );
  const how = late
    ? { ko: `${timeoutMs / 1000}초 안에 끝나지 않았습니다`, en: `did not end within ${timeoutMs / 1000} s` }
    : { ko: `${end}(으)로 끝났습니다`, en: `ended with ${end}` };
  throw new SihwangError(
    'HOOK_FAILED',
    {
      ko: `훅 ${hook}: ${how.ko}${said ? `: ${output.said}` : ''}`,
      en: `the hook ${hook} ${how.en}${said ? `: ${output.said}` : ''}`,
    },
    {
      exit: EXIT.tryAgain,
      hint: {
        ko: `손으로 해 보세요: ${[...command, file].join(' ')}`,
        en: `Try it by hand: ${[...command, file].join(' ')}`,
      },
    },
  );
}
