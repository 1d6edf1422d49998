import { createRequire } from 'node:module';
import { Command, type Option } from 'commander';
import type { Language } from '../show/index.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { widthOf } from './output.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** By the words that they answer to, in the order of `--help`. A command that is asked for loads no other. */
const COMMANDS: readonly (readonly [
  words: string,
  load: () => Promise<(program: Command, say: Say) => void>,
])[] = [
  ['start', async () => (await import('./start.ts')).addStart],
  ['ingest', async () => (await import('./ingest.ts')).addIngest],
  ['fetch', async () => (await import('./fetch.ts')).addFetch],
  ['backfill', async () => (await import('./backfill.ts')).addBackfill],
  ['board', async () => (await import('./board.ts')).addBoard],
  ['item', async () => (await import('./item.ts')).addItem],
  ['forecast', async () => (await import('./forecast.ts')).addForecast],
  ['forecasts', async () => (await import('./forecasts.ts')).addForecasts],
  ['models', async () => (await import('./models.ts')).addModels],
  ['backtest', async () => (await import('./backtest.ts')).addBacktest],
  ['export', async () => (await import('./export.ts')).addExport],
  ['explain', async () => (await import('./explain.ts')).addExplain],
  ['backup', async () => (await import('./backup.ts')).addBackup],
  ['restore', async () => (await import('./restore.ts')).addRestore],
  ['gc', async () => (await import('./gc.ts')).addGc],
  ['sources', async () => (await import('./sources.ts')).addSources],
  ['doctor', async () => (await import('./doctor.ts')).addDoctor],
  ['platform', async () => (await import('./platform.ts')).addPlatform],
  ['quarantine', async () => (await import('./quarantine.ts')).addQuarantine],
  ['commits undo replay', async () => (await import('./undo.ts')).addUndo],
  ['orchestrate', async () => (await import('./orchestrate.ts')).addOrchestrate],
  ['run', async () => (await import('./run.ts')).addRun],
  ['runs', async () => (await import('./runs.ts')).addRuns],
  ['plan', async () => (await import('./plan.ts')).addPlan],
  ['records', async () => (await import('./records.ts')).addRecords],
  ['schedule', async () => (await import('./schedule.ts')).addScheduleCommands],
  ['snapshot', async () => (await import('./snapshot.ts')).addSnapshot],
  ['worker', async () => (await import('./worker.ts')).addWorker],
];

/** What commander writes over the parts of a help page. */
const TITLES: Readonly<Record<string, string>> = {
  'Usage:': '사용법:',
  'Arguments:': '인자:',
  'Options:': '옵션:',
  'Commands:': '명령:',
};

/**
 * The command line in one language. Of the commands only the one of `asked` is loaded, and all where there is none such.
 * What goes wrong with its arguments is thrown as commander's error and printed by nobody.
 */
export async function makeProgram(language: Language, asked: string): Promise<Command> {
  const say = sayIn(language);
  const program = new Command('sihwang')
    .description(
      say({
        ko: '시황 · 농산물 도매시장의 시황, 정직한 예측, 그때 알 수 있던 자료',
        en: '시황 · market intelligence for fresh produce: market conditions, honest forecasts, as-of data',
      }),
    )
    .version(version, '-V, --version', say({ ko: '버전 출력', en: 'output the version number' }))
    .helpOption('-h, --help', say({ ko: '도움말 출력', en: 'display help for command' }))
    .helpCommand('help [command]', say({ ko: '명령의 도움말 출력', en: 'display help for command' }))
    .option('--debug', say({ ko: '오류의 호출 경로까지 출력', en: 'show stack traces' }))
    .addHelpText(
      'after',
      say({
        ko: '\n말은 --lang ko 또는 --lang en, 없으면 시스템의 언어 설정(LC_ALL, LC_MESSAGES, LANG)을 따릅니다.',
        en: '\nThe language is --lang ko or --lang en, else that of the locale (LC_ALL, LC_MESSAGES, LANG).',
      }),
    )
    .configureHelp({
      displayWidth: widthOf,
      styleTitle: (title) => (language === 'ko' ? (TITLES[title] ?? title) : title),
      optionDescription: (option) => describeOption(option, say),
    })
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    // a language that is none is refused by every command, before it does anything
    .hook('preAction', (_, command) => void languageOf(command.opts()));
  const known = COMMANDS.filter(([words]) => words.split(' ').includes(asked));
  for (const [, load] of known.length > 0 ? known : COMMANDS) (await load())(program, say);
  return program;
}

function describeOption({ description, defaultValue }: Option, say: Say): string {
  if (defaultValue === undefined || typeof defaultValue === 'boolean') return description;
  return `${description} (${say({ ko: '기본값', en: 'default' })}: ${JSON.stringify(defaultValue)})`;
}
