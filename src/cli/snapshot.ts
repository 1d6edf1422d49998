import type { Command } from 'commander';
import { EXIT, type Json, SihwangError } from '../domain/index.ts';
import { type KeptSnapshot, listSnapshots, readPointer, snapshotNamed } from '../lake/index.ts';
import { drawSnapshot } from '../pipeline/forecasting/index.ts';
import { feedEmpty } from '../pipeline/index.ts';
import { homeStoreUri, openStore } from '../store/index.ts';
import { type CommonOptions, feedNamed, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { megabytes, print, printJson, table } from './output.ts';

interface CreateOptions extends CommonOptions {
  readonly task: string;
  readonly params?: string;
  readonly asOf?: string;
}

export function addSnapshot(program: Command, say: Say): void {
  const snapshot = program.command('snapshot').description(
    say({
      ko: '과제가 학습하는 바뀌지 않는 자료, 담긴 내용의 해시가 이름',
      en: 'immutable datasets that tasks train on, each named by the hash of what it holds',
    }),
  );
  withCommonOptions(snapshot.command('create'), say)
    .description(
      say({
        ko: '과제가 학습할 자료를 뜸. 내용이 같으면 이름도 같음',
        en: 'draw what a task learns from out of a feed; the same data has the same name',
      }),
    )
    .argument('<feed>', say({ ko: '공표된 자료', en: 'a published feed' }))
    .option('--task <name>', say({ ko: '어느 과제용인지', en: 'for which task' }), 'price-forecast')
    .option('--params <json>', say({ ko: '과제의 설정', en: 'its parameters' }))
    .option(
      '--as-of <time>',
      say({
        ko: '이 날짜나 시각까지 알려진 것만 (없으면 전부)',
        en: 'only what was known by this day or instant (else everything)',
      }),
    )
    .action(create);
  withCommonOptions(snapshot.command('list'), say)
    .description(say({ ko: '홈의 뜬 자료 목록', en: 'the snapshots of the home' }))
    .action(list);
  withCommonOptions(snapshot.command('show'), say)
    .description(
      say({ ko: '뜬 자료에 담긴 것과 나온 곳', en: 'what a snapshot holds, and where it came from' }),
    )
    .argument('<sha256>', say({ ko: '이름 또는 그 앞부분', en: 'its name, or the beginning of it' }))
    .action(show);
}

async function create(feed: string, options: CreateOptions): Promise<void> {
  const home = homeOf(options);
  const { profile } = feedNamed(home, feed);
  if (!readPointer(home).feeds[feed]) throw feedEmpty(feed);
  const store = await openStore(homeStoreUri(home.path));
  const taken = await drawSnapshot(home, store, profile, {
    task: options.task,
    params: readJson(options.params),
    asOf: options.asOf ?? null,
  });
  const { sha256, made, manifest, lineage } = taken;
  if (options.json) printJson({ sha256, made, manifest, lineage });
  else {
    const say = sayIn(languageOf(options));
    print(say(made ? { ko: '떴습니다', en: 'drawn' } : { ko: '이미 있습니다', en: 'there already' }));
    print(describe({ sha256, manifest, lineages: [lineage] }, say));
  }
}

async function list(options: CommonOptions): Promise<void> {
  const say = sayIn(languageOf(options));
  const kept = await listSnapshots(await openStore(homeStoreUri(homeOf(options).path)));
  if (options.json) printJson(kept);
  else if (kept.length === 0) print(say({ ko: '뜬 자료가 없습니다', en: 'no snapshots' }));
  else
    print(
      table(
        [
          { title: say({ ko: '뜬 자료', en: 'snapshot' }) },
          { title: say({ ko: '자료', en: 'feed' }) },
          { title: say({ ko: '기준 시각', en: 'as of' }) },
          { title: say({ ko: '행', en: 'rows' }), right: true },
          { title: say({ ko: '크기', en: 'size' }), right: true },
        ],
        kept.map(({ sha256, manifest }) => [
          sha256.slice(0, 16),
          manifest.feed,
          manifest.asOf,
          String(sumOf(manifest.tables.map(({ rows }) => rows))),
          megabytes(sumOf(manifest.tables.map(({ bytes }) => bytes))),
        ]),
      ),
    );
}

async function show(sha256: string, options: CommonOptions): Promise<void> {
  const kept = await snapshotNamed(await openStore(homeStoreUri(homeOf(options).path)), sha256);
  if (options.json) printJson(kept);
  else print(describe(kept, sayIn(languageOf(options))));
}

function describe({ sha256, manifest, lineages }: KeptSnapshot, say: Say): string {
  const { feed, granularity, currency, asOf, tables } = manifest;
  return [
    say({ ko: `뜬 자료 ${sha256}`, en: `snapshot ${sha256}` }),
    say({
      ko: `자료 ${feed}, ${currency} ${granularity} 가격, ${asOf} 기준`,
      en: `feed ${feed}, prices by ${granularity} in ${currency}, as of ${asOf}`,
    }),
    '',
    table(
      [
        { title: say({ ko: '표', en: 'table' }) },
        { title: say({ ko: '행', en: 'rows' }), right: true },
        { title: say({ ko: '첫 날', en: 'first day' }) },
        { title: say({ ko: '끝 날', en: 'last day' }) },
        { title: say({ ko: '크기', en: 'size' }), right: true },
        { title: say({ ko: '열', en: 'columns' }) },
      ],
      tables.map(({ name, rows, firstDay, lastDay, bytes, columns }) => [
        name,
        String(rows),
        firstDay ?? '',
        lastDay ?? '',
        megabytes(bytes),
        columns.map((column) => column.name).join(', '),
      ]),
    ),
    '',
    ...lineages.map(({ conditions, commits, codeVersion, writtenBy }) =>
      say({
        ko: `${conditions}에서 뜸 (커밋 ${commits.length}개, ${commits.at(-1) ?? '–'}까지), 코드 ${codeVersion}, ${writtenBy}`,
        en: `drawn from ${conditions} (${commits.length} commits up to ${commits.at(-1) ?? '–'}) by ${codeVersion}, ${writtenBy}`,
      }),
    ),
  ].join('\n');
}

function readJson(text: string | undefined): Json {
  try {
    return text === undefined ? {} : (JSON.parse(text) as Json);
  } catch (cause) {
    throw new SihwangError(
      'PARAMS_UNREADABLE',
      { ko: `--params의 값이 JSON이 아닙니다: ${text}`, en: `--params is not JSON: ${text}` },
      {
        exit: EXIT.usage,
        hint: {
          ko: '이를테면 --params \'{"damping":0.3}\'처럼 쓰세요.',
          en: `Write for example --params '{"damping":0.3}'.`,
        },
        cause,
      },
    );
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
