import type { Command } from 'commander';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
import { type MirroredModel, mirrorModels, readAwsSettings, regionOf } from '../jobs/index.ts';
import { type Records, reigns, versionNamed } from '../records/index.ts';
import { useAwsRegion } from '../store/index.ts';
import { type CommonOptions, homeOf } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { print, printJson } from './output.ts';
import { withRecords } from './with-records.ts';

interface MirrorOptions extends CommonOptions {
  readonly task?: string;
  readonly feed?: string;
  readonly group?: string;
  readonly image?: string;
  readonly modelData?: string;
}

/** `sihwang models mirror`: `command` has the options that models' commands have in common. */
export function addModelsMirror(command: Command, say: Say): void {
  command
    .description(
      say({
        ko: '여기의 챔피언을 SageMaker 모델 패키지 그룹에도 알림',
        en: 'make a SageMaker model package group say which versions reign here',
      }),
    )
    .option(
      '--group <name>',
      say({
        ko: '모델 패키지 그룹, 없으면 aws.json의 sagemaker.modelGroup',
        en: 'the model package group; else sagemaker.modelGroup of aws.json',
      }),
    )
    .option(
      '--model-data <uri>',
      say({
        ko: '패키지가 가리킬 S3의 model.tar.gz, --image와 함께',
        en: 'a model.tar.gz in S3 that the package names; with --image',
      }),
    )
    .option('--image <image>', say({ ko: '그것을 읽는 이미지', en: 'the image that reads it' }))
    .action(mirror);
}

async function mirror(options: MirrorOptions): Promise<void> {
  const group = groupOf(options.group, options);
  const container = containerOf(options);
  const champions = await withRecords(options, (records) => championsIn(records, options));
  if (container && champions.length !== 1)
    throw new SihwangError(
      'MODEL_WHICH',
      {
        ko: `--model-data는 한 판의 것인데 챔피언이 ${champions.length}개입니다`,
        en: `--model-data is of one version; ${champions.length} reign`,
      },
      {
        exit: EXIT.usage,
        hint: { ko: '--task와 --feed로 하나를 고르세요.', en: 'Name it with --task and --feed.' },
      },
    );
  const say = sayIn(languageOf(options));
  if (champions.length === 0) {
    if (options.json) printJson([]);
    else
      print(
        say({
          ko: '아직 챔피언이 없어 알릴 것이 없습니다',
          en: 'no version reigns yet: there is nothing to mirror',
        }),
      );
    return;
  }
  const packages = await mirrored(champions, { group, ...(container ? { container } : {}) });
  if (options.json) printJson(packages);
  else print(packageLines(packages, say));
}

/** Mirrors who reigns for a task and feed; for whoever has just changed it. `group` true = the one of the settings. */
export async function mirrorChampion(
  of: { readonly task: string; readonly feed: string },
  group: string | true,
  options: CommonOptions,
): Promise<Packages> {
  const name = groupOf(group === true ? undefined : group, options);
  return mirrored(await withRecords(options, (records) => championsIn(records, of)), { group: name });
}

type Packages = Awaited<ReturnType<typeof mirrorModels>>;

const DID: Readonly<Record<Packages[number]['did'], Bilingual>> = {
  made: { ko: '만듦', en: 'made' },
  approved: { ko: '승인으로 바꿈', en: 'approved' },
  rejected: { ko: '거절로 바꿈', en: 'rejected' },
  nothing: { ko: '이미 그러함', en: 'already so' },
};

export function packageLines(packages: Packages, say: Say): string {
  return packages.map(({ id, arn, did }) => `${id}: ${say(DID[did])}, ${arn}`).join('\n');
}

async function mirrored(...of: Parameters<typeof mirrorModels>): Promise<Packages> {
  try {
    return await mirrorModels(...of);
  } catch (cause) {
    if (cause instanceof SihwangError) throw cause;
    throw new SihwangError(
      'MODEL_MIRROR',
      {
        ko: `SageMaker가 받지 않았습니다: ${(cause as Error).message}`,
        en: `SageMaker did not take it: ${(cause as Error).message}`,
      },
      {
        exit: EXIT.tryAgain,
        hint: {
          ko: '여기의 기록은 그대로 유효합니다. 다시 알리려면 sihwang models mirror --group NAME.',
          en: 'What the registry says holds all the same. Say it again: sihwang models mirror --group NAME.',
        },
        cause,
      },
    );
  }
}

async function championsIn(
  { pool }: Records,
  of: { readonly task?: string | undefined; readonly feed?: string | undefined },
): Promise<readonly MirroredModel[]> {
  const all = await reigns(pool, {
    ...(of.task === undefined ? {} : { task: of.task }),
    ...(of.feed === undefined ? {} : { feed: of.feed }),
  });
  return Promise.all(
    all
      .filter(({ to }) => to === null)
      .map(async ({ versionId, task, feed, from, actor, reason, snapshotSha256, artefactSha256 }) => {
        const { codeVersion, recipe } = await versionNamed(pool, versionId);
        const about = {
          ...{ code: codeVersion, recipe: JSON.stringify(recipe), reigns: from, actor, reason },
          ...{ snapshot: snapshotSha256, artefact: artefactSha256 },
        };
        return { id: versionId, task, feed, about };
      }),
  );
}

function groupOf(named: string | undefined, options: CommonOptions): string {
  const aws = readAwsSettings(homeOf(options).path);
  const region = regionOf(aws);
  if (region !== undefined) useAwsRegion(region);
  const group = named ?? aws.sagemaker?.modelGroup;
  if (group) return group;
  throw new SihwangError(
    'MODEL_GROUP_MISSING',
    { ko: '모델 패키지 그룹이 정해지지 않았습니다', en: 'no model package group is named' },
    {
      exit: EXIT.usage,
      hint: {
        ko: '--group NAME을 주거나 홈의 aws.json에 sagemaker.modelGroup을 쓰세요. infra/의 스택이 만들고 이름을 알려 줍니다.',
        en: 'Write --group NAME, or sagemaker.modelGroup into aws.json of the home; the stack in infra/ makes one and says its name.',
      },
    },
  );
}

function containerOf({ image, modelData }: MirrorOptions) {
  if (image === undefined && modelData === undefined) return undefined;
  if (image !== undefined && modelData?.startsWith('s3://') && modelData.endsWith('.tar.gz'))
    return { image, modelDataUrl: modelData };
  throw new SihwangError(
    'MODEL_DATA',
    {
      ko: '--model-data는 s3://….tar.gz 하나이고, --image는 그것을 읽는 이미지입니다',
      en: '--model-data is one s3://….tar.gz, and --image says what reads it',
    },
    {
      exit: EXIT.usage,
      hint: { ko: '둘 다 주거나 둘 다 빼세요.', en: 'Give both, or neither.' },
    },
  );
}
