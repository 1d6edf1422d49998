import type { Json } from '../../domain/index.ts';
import { whatHappened } from '../hooks/happened.ts';
import { happenedFile, writeReport } from '../hooks/report-files.ts';
import { type HookCall, type HookName, hookCommand, runHook } from '../hooks/run-hook.ts';
import { hookParamProblems, hookParams } from './hook-params.ts';
import { type ChildKind, Skipped, type StepContext } from './step.ts';

const HOOKS: readonly string[] = ['report', 'alert'] satisfies HookName[];
const isHook = (kind: string) => HOOKS.includes(kind);

/**
 * Writes what happened into `reports/` of the home, and hands it to the hook `report` where there is one. Parameters:
 * `command`, else a file in `hooks/`; `timeoutSeconds`.
 */
export const reportStep: ChildKind = {
  kind: 'report',
  does: {
    ko: '작업 보고서를 한국어, 영어, 데이터로 쓰고 report 훅이 있으면 부릅니다',
    en: 'writes a report of the run, in Korean, English and as data; runs the hook report, if there is one',
  },
  runs: 'child',
  writesLake: false,
  hook: true,
  check: (params) => hookParamProblems(params),
  async perform(context: StepContext): Promise<Json | Skipped> {
    const { key, state } = writeReport(context.home, await whatHappened(context, isHook));
    const called = await call(context, 'report', key);
    return { state, file: happenedFile(context.home, context.run), called };
  },
};

/**
 * Hands what happened to the hook `alert` when there is something to look at. Parameters: as of `report`; `when`:
 * `trouble` (the default) or `always`. The past that a backfill makes up for alarms nobody.
 */
export const alertStep: ChildKind = {
  kind: 'alert',
  does: {
    ko: '살펴볼 일이 있으면 alert 훅을 부릅니다(있을 때)',
    en: 'runs the hook alert, if there is one, when there is something to look at',
  },
  runs: 'child',
  writesLake: false,
  hook: true,
  check: (params) => [
    ...hookParamProblems(params, ['when']),
    ...(params.when === undefined || params.when === 'trouble' || params.when === 'always'
      ? []
      : ['its parameter when is neither trouble nor always']),
  ],
  async perform(context: StepContext): Promise<Json | Skipped> {
    const { command } = hookParams(context.params);
    if (hookCommand(context.home, 'alert', command) === null) return new Skipped('no-hook');
    const { key, state, run } = writeReport(context.home, await whatHappened(context, isHook));
    if (run.askedBy.startsWith('backfill')) return new Skipped('backfill-alarms-nobody');
    if (state === 'good' && context.params.when !== 'always') return new Skipped('nothing-to-look-at');
    return { state, called: await call(context, 'alert', key) };
  },
};

/** Null without a hook. */
async function call(context: StepContext, hook: HookName, key: string): Promise<Json> {
  const { command, timeoutMs } = hookParams(context.params);
  const found = hookCommand(context.home, hook, command);
  if (found === null) return null;
  const { home, run, signal } = context;
  const of: HookCall = {
    ...{ hook, run, signal, timeoutMs, key: `${key}/${context.step}` },
    file: happenedFile(home, run),
  };
  const called = await runHook(home, found, of);
  context.event('hook.called', called);
  return called.key ?? null;
}
