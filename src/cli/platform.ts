import type { Command } from 'commander';
import { EXIT, formatPricedUnit } from '../domain/index.ts';
import type { Columns, SqlValue } from '../lake/index.ts';
import {
  addMapping,
  checkPlatform,
  mappingNamed,
  mappingsOf,
  readMapping,
  takePlatform,
} from '../pipeline/index.ts';
import { type PlatformMapping, platformFeedId } from '../sources/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { rowsText } from './outcomes.ts';
import { print, printJson, table } from './output.ts';
import { tellStage } from './stages.ts';
import { waitMs } from './wait-option.ts';

interface TakeOptions extends CommonOptions {
  readonly wait?: string | boolean;
}

export function addPlatform(program: Command, say: Say): void {
  const platform = program.command('platform').description(
    say({
      ko: 'PostgreSQL 표나 폴더에 놓인 파일로 오는 플랫폼 자체 거래, 매핑 파일로 읽음',
      en: "the platform's own trades, from a PostgreSQL table or a drop folder, by a mapping file",
    }),
  );
  withCommonOptions(platform.command('check <mapping>'), say)
    .description(
      say({
        ko: '매핑 파일대로 읽으면 첫 행들이 어떻게 되는지 표시, 아무것도 남기지 않음',
        en: 'show the first rows as a mapping file would have them understood; keeps nothing',
      }),
    )
    .action(check);
  withCommonOptions(platform.command('add <mapping>'), say)
    .description(
      say({
        ko: '매핑 파일을 홈에 넣음. 자료 이름은 platform-NAME',
        en: 'make a mapping file part of the home, as the feed platform-NAME',
      }),
    )
    .action(add);
  withCommonOptions(platform.command('list'), say)
    .description(say({ ko: '홈의 매핑 목록', en: 'the mappings of the home' }))
    .action(list);
  withCommonOptions(platform.command('take <name>'), say)
    .description(
      say({
        ko: '새로 들어온 것을 받아 넣고 시황을 공표',
        en: 'take in what is new, and publish its conditions',
      }),
    )
    .option(
      '--wait [seconds]',
      say({
        ko: '다른 프로세스가 홈에 쓰는 동안 기다림 (기본: 끝날 때까지)',
        en: 'wait while another process is writing to the home (default: for as long as it takes)',
      }),
    )
    .action(take);
}

const SHOWN = [
  'market_day',
  'market_code',
  'item_code',
  'variety',
  'grade',
  'quantity',
  'price',
  'amount',
  'lot',
] as const;

async function check(path: string, options: CommonOptions): Promise<void> {
  const mapping = readMapping(path);
  const found = await checkPlatform(mapping);
  if (options.json) {
    printJson({ feed: platformFeedId(mapping.name), rows: rowsOf(found) });
    return;
  }
  const heads = [
    ...SHOWN.map((title) => ({ title })),
    { title: 'unit' },
    { title: 'outcome' },
    { title: 'reason' },
  ];
  const rows = rowsOf(found).map((row) => [
    ...SHOWN.map((name) => shown(row[name])),
    shown(unitOf(row)),
    shown(row.outcome),
    shown(row.reason),
  ]);
  print(table(heads, rows));
  const say = sayIn(languageOf(options));
  const refused = rows.filter((row) => row.at(-2) === 'rejected').length;
  print(
    say({
      ko: `${rows.length}행을 읽어 ${rows.length - refused}행을 알아들음. 빈칸은 주지 않았거나 읽을 수 없는 값`,
      en: `${rows.length} rows read, ${rows.length - refused} understood; an empty cell was not given or not readable`,
    }),
  );
  print(missingOf(mapping, say));
}

function unitOf(row: Readonly<Record<string, SqlValue>>): string | undefined {
  const { unit_value: unitValue, unit, package: packing } = row;
  return formatPricedUnit({
    unitValue: typeof unitValue === 'number' ? unitValue : null,
    unit: typeof unit === 'string' ? unit : null,
    package: typeof packing === 'string' ? packing : '',
  });
}

const WORTH_HAVING = ['variety', 'grade', 'package', 'origin', 'status', 'recordedAt'] as const;

function missingOf({ columns }: PlatformMapping, say: Say): string {
  const missing = WORTH_HAVING.filter((field) => columns[field] === undefined);
  return missing.length === 0
    ? say({ ko: '쓸모 있는 항목을 모두 이었습니다', en: 'every field of use is mapped' })
    : say({ ko: `잇지 않은 항목: ${missing.join(', ')}`, en: `not mapped: ${missing.join(', ')}` });
}

function rowsOf({ rowCount, columns }: Columns): Record<string, SqlValue>[] {
  return Array.from({ length: rowCount }, (_, index) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[index] ?? null])),
  );
}

function shown(value: SqlValue | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

async function add(path: string, options: CommonOptions): Promise<void> {
  const { profile } = addMapping(homeOf(options), path);
  if (options.json) printJson({ feed: profile.id });
  else
    print(
      sayIn(languageOf(options))({
        ko: `${profile.id} (${profile.name.ko}): 이 홈의 자료가 되었습니다. 받아 넣기: sihwang platform take ${profile.id}`,
        en: `${profile.id} (${profile.name.en}) is a feed of this home: sihwang platform take ${profile.id}`,
      }),
    );
}

async function list(options: CommonOptions): Promise<void> {
  const all = mappingsOf(homeOf(options)).map((mapping) => ({
    name: mapping.name,
    feed: platformFeedId(mapping.name),
    from: 'postgres' in mapping.from ? mapping.from.postgres.table : mapping.from.folder,
  }));
  if (options.json) printJson(all);
  else
    print(
      table(
        [{ title: 'name' }, { title: 'feed' }, { title: 'from' }],
        all.map(({ name, feed, from }) => [name, feed, from]),
      ),
    );
}

async function take(name: string, options: TakeOptions): Promise<void> {
  const home = homeOf(options);
  const mapping = mappingNamed(home, name);
  const result = await takePlatform(home, mapping, {
    waitMs: waitMs(options.wait),
    command: `platform take ${name}`,
    onStage: tellStage(languageOf(options)),
  });
  if (result.unreadable.length > 0) process.exitCode = EXIT.badData;
  if (options.json) {
    printJson({
      feed: platformFeedId(mapping.name),
      published: result.published,
      stillWritten: result.stillWritten,
      unreadable: result.unreadable,
      tables: result.taken.map(({ status, commit }) => ({
        status,
        rows: commit.rows,
        outcomes: commit.outcomes,
        reasons: commit.reasons,
      })),
    });
    return;
  }
  const language = languageOf(options);
  const say = sayIn(language);
  for (const { status, commit } of result.taken) {
    const { name } = commit.raws[0]!;
    print(
      status === 'already'
        ? say({ ko: `${name}: 새로운 것이 없습니다`, en: `${name}: nothing new` })
        : `${name}: ${rowsText(commit.rows, commit.outcomes, language)}`,
    );
  }
  for (const path of result.stillWritten)
    print(
      say({
        ko: `${path}: 아직 쓰는 중이라 다음에 받아 넣습니다`,
        en: `${path}: is still being written; the next run takes it`,
      }),
    );
  for (const { path, reason } of result.unreadable)
    print(say({ ko: `${path}: 받아 넣지 않음: ${reason}`, en: `${path}: not taken in: ${reason}` }));
  if (result.published)
    print(`${say(mapping.title)}: ${say({ ko: '시황 공표됨', en: 'conditions published' })}`);
}
