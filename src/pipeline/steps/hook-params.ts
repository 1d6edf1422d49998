import type { JsonObject } from '../../domain/index.ts';

/** How long a hook may take, in seconds: at most, and unless a plan says otherwise. */
const MOST_SECONDS = 600;
const DEFAULT_SECONDS = 60;

const isCommand = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string' && word !== '');

/** What is wrong with the parameters of a hook: `command`, a list of words, `timeoutSeconds`, and these others. */
export function hookParamProblems(params: JsonObject, others: readonly string[] = []): string[] {
  const known = ['command', 'timeoutSeconds', ...others];
  const { command, timeoutSeconds: seconds } = params;
  return [
    ...Object.keys(params)
      .filter((name) => !known.includes(name))
      .map((name) => `it takes no parameter ${name}; known are ${known.join(', ')}`),
    ...(command === undefined || isCommand(command)
      ? []
      : [
          'its parameter command is not a list of words, such as ["/usr/local/bin/tell", "--team", "market"]',
        ]),
    ...(seconds === undefined || (typeof seconds === 'number' && seconds >= 1 && seconds <= MOST_SECONDS)
      ? []
      : [`its parameter timeoutSeconds is not a number from 1 to ${MOST_SECONDS}`]),
  ];
}

/** The same read. */
export function hookParams({ command, timeoutSeconds }: JsonObject): {
  readonly command: readonly string[] | undefined;
  readonly timeoutMs: number;
} {
  return {
    command: isCommand(command) ? command : undefined,
    timeoutMs: 1000 * (typeof timeoutSeconds === 'number' ? timeoutSeconds : DEFAULT_SECONDS),
  };
}
