import { createHash } from 'node:crypto';
import {
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  ListModelPackagesCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import { EXIT, SihwangError } from '../../../domain/index.ts';
import { awsConfig } from '../../../store/index.ts';
import { CallBudget } from '../aws/call-budget.ts';
import { inPages } from '../aws/pages.ts';

/** A version that reigns, as the registry knows it. */
export interface MirroredModel {
  readonly id: string;
  readonly task: string;
  readonly feed: string;
  /** What else is to be read beside it: code, snapshot, artefact, who decided and why. null = not known. */
  readonly about: Readonly<Record<string, string | null>>;
}

export interface ModelMirror {
  /** A model package group; made where it is not there. */
  readonly group: string;
  /** A model.tar.gz in S3 and the image that reads it, where somebody wants to start the model from the registry. */
  readonly container?: { readonly image: string; readonly modelDataUrl: string };
}

/** What became of one package of the group. */
export interface MirroredPackage {
  readonly id: string;
  readonly arn: string;
  readonly did: 'made' | 'approved' | 'rejected' | 'nothing';
}

const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const TOKEN_CHARACTERS = 36;
const VALUE_CHARACTERS = 256;
const CALLS_PER_SECOND = 2;

/**
 * Makes a SageMaker model package group say what the registry says: a package for each version that reigns, approved;
 * packages of former champions of the same task and feed rejected. Said again it changes nothing. The registry is the
 * truth: what somebody approves in the group has no effect here.
 * Source: docs.aws.amazon.com/sagemaker/latest/dg/model-registry.html
 * @throws SihwangError `MODEL_GROUP_NAME` (2); the service's own errors
 */
export async function mirrorModels(
  champions: readonly MirroredModel[],
  { group, container }: ModelMirror,
): Promise<readonly MirroredPackage[]> {
  if (!NAME.test(group))
    throw new SihwangError(
      'MODEL_GROUP_NAME',
      {
        ko: `모델 패키지 그룹 이름이 될 수 없습니다: ${group}`,
        en: `${group} is no name of a model package group`,
      },
      {
        exit: EXIT.usage,
        hint: {
          ko: '영문자, 숫자, 붙임표만, 63자까지 쓸 수 있습니다.',
          en: 'Letters, digits and hyphens, at most 63.',
        },
      },
    );
  const client = new SageMakerClient(awsConfig());
  const calls = new CallBudget(CALLS_PER_SECOND);
  try {
    await ensureGroup(client, calls, group);
    const done: MirroredPackage[] = [];
    const there = new Set<string>();
    const reigning = new Set(champions.map(({ id }) => id));
    const places = new Set(champions.map(placeOf));
    for await (const one of packagesOf(client, calls, group)) {
      const { id, place } = readDescription(one.ModelPackageDescription ?? '');
      if (id === undefined || !places.has(place)) continue;
      if (reigning.has(id)) there.add(id);
      const wanted = reigning.has(id) ? 'Approved' : 'Rejected';
      const arn = one.ModelPackageArn!;
      if (one.ModelApprovalStatus === wanted) {
        if (wanted === 'Approved') done.push({ id, arn, did: 'nothing' });
        continue;
      }
      await calls.run(() =>
        client.send(
          new UpdateModelPackageCommand({
            ModelPackageArn: arn,
            ModelApprovalStatus: wanted,
            ApprovalDescription:
              wanted === 'Approved'
                ? 'the champion in the registry'
                : 'no longer the champion in the registry',
          }),
        ),
      );
      done.push({ id, arn, did: wanted === 'Approved' ? 'approved' : 'rejected' });
    }
    for (const model of champions.filter(({ id }) => !there.has(id))) {
      const { ModelPackageArn } = await calls.run(() => client.send(packageOf(model, group, container)));
      done.push({ id: model.id, arn: ModelPackageArn!, did: 'made' });
    }
    return done;
  } finally {
    client.destroy();
  }
}

async function ensureGroup(client: SageMakerClient, calls: CallBudget, name: string): Promise<void> {
  try {
    await calls.run(() =>
      client.send(
        new CreateModelPackageGroupCommand({
          ModelPackageGroupName: name,
          ModelPackageGroupDescription: 'Versions that reign in a registry of sihwang; a mirror of it.',
        }),
      ),
    );
  } catch (error) {
    // made earlier, by us or by the stack
    if (!/already exists/i.test((error as Error).message)) throw error;
  }
}

function packagesOf(client: SageMakerClient, calls: CallBudget, group: string) {
  return inPages(async (NextToken) => {
    const page = await calls.run(() =>
      client.send(
        new ListModelPackagesCommand({
          ModelPackageGroupName: group,
          MaxResults: 100,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      ),
    );
    return { items: page.ModelPackageSummaryList, next: page.NextToken };
  });
}

/** A list tells a package's description and none of its properties, so what it is known by stands in both. */
function describe({ id, task, feed }: MirroredModel): string {
  return `sihwang ${id} ${placeOf({ task, feed })}`;
}

function placeOf({ task, feed }: Pick<MirroredModel, 'task' | 'feed'>): string {
  return `${task}/${feed}`;
}

function readDescription(text: string): { readonly id: string | undefined; readonly place: string } {
  const [, id, place = ''] = /^sihwang (\S+) (\S+)$/.exec(text) ?? [];
  return { id, place };
}

function packageOf(
  model: MirroredModel,
  group: string,
  container: ModelMirror['container'],
): CreateModelPackageCommand {
  const about = { version: model.id, task: model.task, feed: model.feed, ...model.about };
  return new CreateModelPackageCommand({
    ModelPackageGroupName: group,
    ModelPackageDescription: describe(model),
    ModelApprovalStatus: 'Approved',
    // a lost answer is asked for again as the same request
    ClientToken: createHash('sha256').update(`${group} ${model.id}`).digest('hex').slice(0, TOKEN_CHARACTERS),
    CustomerMetadataProperties: Object.fromEntries(
      Object.entries(about).flatMap(([key, value]) =>
        value === null || value === '' ? [] : [[`sihwang-${key}`, propertyOf(value)]],
      ),
    ),
    ...(container
      ? {
          InferenceSpecification: {
            Containers: [{ Image: container.image, ModelDataUrl: container.modelDataUrl }],
            SupportedContentTypes: ['application/json'],
            SupportedResponseMIMETypes: ['application/json'],
          },
        }
      : {}),
  });
}

/** As much of a text as a property takes: letters of any script, digits and a few marks. */
function propertyOf(text: string): string {
  return text
    .replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]+/gu, ' ')
    .trim()
    .slice(0, VALUE_CHARACTERS);
}
