import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { EXIT, type Json, SihwangError } from '../domain/index.ts';
import type { Evidence } from '../evaluate/index.ts';
import {
  appendAudit,
  challengersOf,
  decide,
  decisionsAbout,
  listVersions,
  openAlarms,
  putUpChallenger,
  type Records,
  registerVersion,
  reigns,
  type TakenDecision,
  trainingsOf,
  versionNamed,
} from '../records/index.ts';
import {
  decisionKind,
  decisionReason,
  driftFigures,
  driftTextOf,
  formatPercent,
  formatSignedPercent,
  type Language,
  modelsTextOf,
} from '../show/index.ts';
import { computedBy, taskNamed } from '../tasks/index.ts';
import { type CommonOptions, feedNamed, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { addModelsMirror, mirrorChampion, packageLines } from './models-mirror.ts';
import { print, printJson, table } from './output.ts';
import { withRecords } from './with-records.ts';

interface ModelsOptions extends CommonOptions {
  readonly task?: string;
  readonly feed?: string;
  readonly at?: string;
  readonly reason?: string;
}

export function addModels(program: Command, say: Say): void {
  const models = program.command('models').description(
    say({
      ko: '학습한 모델의 판: 지금의 챔피언, 지난 챔피언, 그 까닭',
      en: 'versions of what is trained: which reigns, which reigned when, and why',
    }),
  );
  const withTask = (command: Command) =>
    withCommonOptions(command, say)
      .option('--task <task>', say({ ko: '이 과제의 것만', en: 'only of this task' }))
      .option('--feed <feed>', say({ ko: '이 자료의 것만', en: 'only for this feed' }));
  withTask(models.command('list'))
    .description(
      say({
        ko: '모든 판: 챔피언, 도전자, 지난 챔피언, 나머지',
        en: 'every version: the champions, their challengers, former champions, the others',
      }),
    )
    .action(list);
  withCommonOptions(models.command('show <version>'), say)
    .description(
      say({
        ko: '한 판: 설정, 학습, 그 판을 두고 내린 결정과 증거',
        en: 'one version: its recipe, trainings and what was decided about it, with the evidence',
      }),
    )
    .action(show);
  withTask(models.command('history'))
    .description(
      say({
        ko: '챔피언이 언제부터 언제까지였는지, 또는 한 시각의 챔피언',
        en: 'who reigned from when to when, or at one moment',
      }),
    )
    .option(
      '--at <time>',
      say({
        ko: '그때 쓰이던 것 (날짜를 주면 그날이 끝난 때, UTC)',
        en: 'what was in production then (a day is its end, UTC)',
      }),
    )
    .action(history);
  withTask(models.command('drift'))
    .description(
      say({
        ko: '약속한 성적에서 벗어난 실전 예측',
        en: 'live forecasts that have left what was promised of them',
      }),
    )
    .option('--all', say({ ko: '끝난 경보까지', en: 'alarms that have ended too' }))
    .action(drift);
  withCommonOptions(models.command('promote <version>'), say)
    .description(
      say({
        ko: '한 판을 손으로 챔피언으로 세움, 감사 기록에 남음',
        en: 'make a version the champion by hand; kept in the audit trail',
      }),
    )
    .requiredOption(
      '--reason <text>',
      say({ ko: '나중에 내력을 읽을 사람을 위한 까닭', en: 'why, for those who read the history' }),
    )
    .option(
      '--mirror [group]',
      say({ ko: 'SageMaker 모델 패키지 그룹에도 알림', en: 'say it in a SageMaker model package group too' }),
    )
    .action(promote);
  withCommonOptions(models.command('challenge'), say)
    .description(
      say({
        ko: '새 설정을 자료의 챔피언에 맞세움. 매주 도는 작업이 같은 시점에서 견줌',
        en: 'put a recipe up against the champion of a feed: weekly runs then judge it on the same origins',
      }),
    )
    .requiredOption(
      '--feed <feed>',
      say({ ko: '어느 자료의 가격을 예측할지', en: 'the feed whose prices it is to forecast' }),
    )
    .option('--task <task>', say({ ko: '학습하는 과제', en: 'what is trained' }), 'price-forecast')
    .requiredOption(
      '--recipe <json>',
      say({
        ko: '기본 설정과 다른 것, 이를테면 {"damping":0.3}',
        en: 'what is other than in the default recipe, such as {"damping":0.3}',
      }),
    )
    .action(challenge);
  addModelsMirror(withTask(models.command('mirror')), say);
  withTask(models.command('rollback'))
    .description(
      say({
        ko: '바로 앞의 챔피언으로 되돌림, 감사 기록에 남음',
        en: 'bring back the champion before the present one; kept in the audit trail',
      }),
    )
    .requiredOption(
      '--reason <text>',
      say({ ko: '나중에 내력을 읽을 사람을 위한 까닭', en: 'why, for those who read the history' }),
    )
    .action(rollback);
}

async function list(options: ModelsOptions): Promise<void> {
  await refuseUnknown(options);
  const found = await withRecords(options, ({ pool }) =>
    listVersions(pool, options.task ?? null, options.feed ?? null),
  );
  if (options.json) return printJson(found);
  const words = modelsTextOf(languageOf(options));
  if (found.length === 0) return print(words.noVersions);
  print(
    table(
      [
        { title: words.version },
        { title: words.feed },
        { title: words.standing },
        { title: words.code },
        { title: words.trainings, right: true },
        { title: words.lastTrained },
      ],
      found.map((one) => [
        one.id,
        one.feed,
        words.standings[one.standing] ?? one.standing,
        one.codeVersion,
        String(one.trainings),
        one.lastTrainedAt ?? '–',
      ]),
    ),
  );
}

/** A name that nobody knows has no models, which is another answer than none yet. */
async function refuseUnknown({ task, feed, ...options }: ModelsOptions): Promise<void> {
  if (task !== undefined) await taskNamed(task);
  if (feed !== undefined) feedNamed(homeOf(options), feed);
}

async function show(id: string, options: ModelsOptions): Promise<void> {
  const found = await withRecords(options, async ({ pool }) => {
    const version = await versionNamed(pool, id);
    return {
      version,
      trainings: await trainingsOf(pool, id),
      decisions: await decisionsAbout(pool, { ...version, subject: id }),
    };
  });
  if (options.json) return printJson(found);
  const { version, trainings, decisions } = found;
  const language = languageOf(options);
  const words = modelsTextOf(language);
  print(words.headline(version.id, version.task, version.feed || words.everyFeed, version.codeVersion));
  print(words.recipe(JSON.stringify(version.recipe), version.createdAt, version.createdBy));
  for (const one of trainings)
    print(
      words.trained(
        ...([
          one.trainedAt,
          one.run,
          one.snapshotSha256.slice(0, 12),
          one.artefactSha256.slice(0, 12),
        ] as const),
        ...([String(one.nodeMajor), one.cpuClass] as const),
      ),
    );
  for (const one of decisions) print(decisionLine(one, language));
}

async function history(options: ModelsOptions): Promise<void> {
  await refuseUnknown(options);
  const at = options.at === undefined ? undefined : momentOf(options.at);
  const of = {
    ...(options.task === undefined ? {} : { task: options.task }),
    ...(options.feed === undefined ? {} : { feed: options.feed }),
  };
  const { found, first } = await withRecords(options, async ({ pool }) => {
    const reigning = await reigns(pool, { ...of, ...(at === undefined ? {} : { at }) });
    const ever = reigning.length > 0 ? reigning : await reigns(pool, of);
    return { found: reigning, first: ever.map(({ from }) => from).sort()[0] ?? null };
  });
  if (options.json) return printJson(found);
  const language = languageOf(options);
  const words = modelsTextOf(language);
  if (found.length === 0) return print(at === undefined ? words.neverReigned : words.nobodyAt(at, first));
  print(
    table(
      [
        ...[words.from, words.to, words.task, words.feed, words.version, words.by, words.snapshot, words.why],
      ].map((title) => ({ title })),
      found.map((one) => [
        ...[one.from, one.to ?? words.now, one.task, one.feed, one.versionId],
        `${decisionKind(one.kind, language)}, ${one.actor}`,
        ...[one.snapshotSha256?.slice(0, 12) ?? '–', decisionReason(one.reason, language)],
      ]),
    ),
  );
}

async function drift(options: ModelsOptions & { readonly all?: boolean }): Promise<void> {
  await refuseUnknown(options);
  const alarms = await withRecords(options, ({ pool }) =>
    openAlarms(pool, {
      ...(options.task === undefined ? {} : { task: options.task }),
      ...(options.feed === undefined ? {} : { feed: options.feed }),
      all: options.all === true,
    }),
  );
  if (options.json) return printJson(alarms);
  const language = languageOf(options);
  const words = driftTextOf(language);
  if (alarms.length === 0) return print(words.none);
  print(
    table(
      [words.since, words.until, words.what, words.where, words.horizon, words.figures].map((title) => ({
        title,
      })),
      alarms.map((one) => [
        ...[one.raisedAt, one.endedAt ?? words.stillOpen, words.kinds[one.kind] ?? one.kind],
        ...[one.series || `${one.feed}: ${words.wholeFeed}`, one.horizon || '–'],
        driftFigures(one.figures, language, { percent: formatPercent, signedPercent: formatSignedPercent }),
      ]),
    ),
  );
}

async function promote(
  id: string,
  options: ModelsOptions & { readonly mirror?: string | true },
): Promise<void> {
  const taken = await withRecords(options, async (records) => {
    const { task, feed } = await versionNamed(records.pool, id);
    return byHand(records, { task, feed, subject: id }, 'manual', options);
  });
  const packages = options.mirror && (await mirrorChampion(taken, options.mirror, options));
  if (!packages) return told(taken, options);
  if (options.json) return printJson({ ...taken, mirrored: packages });
  told(taken, options);
  print(packageLines(packages, sayIn(languageOf(options))));
}

async function challenge(
  options: ModelsOptions & { readonly feed: string; readonly recipe: string },
): Promise<void> {
  const task = await taskNamed(options.task ?? 'price-forecast');
  const of = { task: task.name, feed: feedNamed(homeOf(options), options.feed).profile.id };
  const recipe = task.readParams(jsonOf(options.recipe));
  const at = new Date().toISOString();
  const standing = await withRecords(options, async ({ pool }) => {
    const { codeVersion } = computedBy();
    const createdBy = userInfo().username;
    const versionId = await registerVersion(pool, { ...of, recipe, codeVersion, createdAt: at, createdBy });
    await putUpChallenger(pool, { ...of, versionId, at });
    await appendAudit(pool, {
      actor: createdBy,
      action: 'model.challenge',
      subject: `${of.task} ${of.feed}`,
      detail: { versionId },
    });
    return challengersOf(pool, of.task, of.feed);
  });
  if (options.json) return printJson(standing);
  for (const one of standing)
    print(modelsTextOf(languageOf(options)).stands(one.versionId, one.since, one.nth, one.looks));
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new SihwangError(
      'RECIPE_UNREADABLE',
      { ko: `--recipe의 값은 JSON: ${text}`, en: `--recipe is JSON, not ${text}` },
      {
        exit: EXIT.usage,
        hint: { ko: '--recipe \'{"damping":0.3}\'처럼 쓰세요.', en: `Write --recipe '{"damping":0.3}'.` },
        cause,
      },
    );
  }
}

async function rollback(options: ModelsOptions): Promise<void> {
  const taken = await withRecords(options, async (records) => {
    const all = await reigns(records.pool, {
      ...(options.task === undefined ? {} : { task: options.task }),
      ...(options.feed === undefined ? {} : { feed: options.feed }),
    });
    const now = all.filter(({ to }) => to === null);
    if (now.length !== 1)
      throw new SihwangError(
        'MODEL_WHICH',
        {
          ko: `맞는 챔피언이 ${now.length}개입니다. 되돌리기는 하나만 합니다`,
          en: `${now.length} champions fit; a rollback is about one`,
        },
        {
          exit: EXIT.usage,
          hint: {
            ko: '--task와 --feed로 하나를 고르세요. 목록은 sihwang models history.',
            en: 'Name it with --task and --feed; sihwang models history lists them.',
          },
        },
      );
    const { task, feed, versionId } = now[0]!;
    const before = all
      .filter((one) => one.task === task && one.feed === feed && one.versionId !== versionId)
      .at(-1);
    if (!before)
      throw new SihwangError(
        'MODEL_NO_FORMER',
        { ko: `${versionId} 앞에는 챔피언이 없었습니다`, en: `${versionId} has no champion before it` },
        {
          exit: EXIT.usage,
          hint: {
            ko: '다른 판을 세우세요: sihwang models promote VERSION --reason TEXT.',
            en: 'Promote another version: sihwang models promote VERSION --reason TEXT.',
          },
        },
      );
    return byHand(records, { task, feed, subject: before.versionId }, 'rollback', options);
  });
  told(taken, options);
}

function byHand(
  { pool }: Records,
  of: { readonly task: string; readonly feed: string; readonly subject: string },
  kind: 'manual' | 'rollback',
  { reason = '' }: ModelsOptions,
): Promise<TakenDecision> {
  if (reason.trim() === '')
    throw new SihwangError(
      'REASON_MISSING',
      { ko: '손으로 바꿀 때는 까닭이 필요합니다', en: 'a change by hand needs a reason' },
      {
        exit: EXIT.usage,
        hint: {
          ko: '--reason "…"으로 적으세요. 나중에 내력을 읽을 사람을 위한 것입니다.',
          en: 'Say it with --reason "…": whoever reads the history later will want to know.',
        },
      },
    );
  return decide(pool, {
    ...of,
    key: `hand ${randomUUID()}`,
    kind,
    at: new Date().toISOString(),
    actor: userInfo().username,
    reason: reason.trim(),
    evidence: null,
  });
}

function told(taken: TakenDecision, options: ModelsOptions): void {
  if (options.json) printJson(taken);
  else print(decisionLine(taken, languageOf(options)));
}

function decisionLine(one: TakenDecision, language: Language): string {
  const words = modelsTextOf(language);
  const change =
    one.championBefore === one.championAfter
      ? words.stays(one.championAfter)
      : words.reigns(one.championAfter, one.championBefore);
  const why = [decisionReason(one.reason, language), evidenceText(one.evidence, language)];
  return words.decided(
    ...([one.at, decisionKind(one.kind, language), one.actor, change] as const),
    why.filter(Boolean).join('; '),
  );
}

/** The figures of a paired comparison; '' for a decision that rests on none. */
function evidenceText(evidence: Json, language: Language): string {
  const { gain, origins, test } = (evidence ?? {}) as unknown as Partial<Evidence>;
  if (typeof gain !== 'number' || origins === undefined || !test) return '';
  const { pValue, alpha } = test;
  return modelsTextOf(language).evidence(
    ...([formatSignedPercent(-100 * gain, language), origins] as const),
    ...([typeof pValue === 'number' ? pValue.toPrecision(2) : '–', alpha.toPrecision(2)] as const),
  );
}

/** An instant, or the end of a day. */
function momentOf(text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = Date.parse(day ? `${text}T23:59:59.999Z` : text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new SihwangError(
    'AS_OF_UNREADABLE',
    { ko: `--at의 값은 날짜 또는 시각: ${text}`, en: `--at is a day or an instant, not ${text}` },
    {
      exit: EXIT.usage,
      hint: {
        ko: '--at 2026-03-01 또는 --at 2026-03-01T06:10:00+09:00처럼 쓰세요.',
        en: 'Write --at 2026-03-01 or --at 2026-03-01T06:10:00+09:00.',
      },
    },
  );
}
