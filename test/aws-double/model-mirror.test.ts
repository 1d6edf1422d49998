import { CreateModelPackageCommand, DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type MirroredModel, mirrorModels } from '../../src/jobs/index.ts';
import { type AwsDouble, startAwsDouble } from './aws-double.ts';
import { clientsOf } from './clients.ts';
import { withEnvironment } from './with-environment.ts';

let double: AwsDouble;
let restore: () => void;
beforeEach(async () => {
  double = await startAwsDouble();
  restore = withEnvironment(double.environment);
});
afterEach(async () => {
  restore();
  await double.close();
});

const model = (id: string, feed = 'demo'): MirroredModel => ({
  id: `price-forecast-${id}`,
  task: 'price-forecast',
  feed,
  about: { recipe: '{"damping":0.3,"이름":"배추"}', reason: '"낫다"', snapshot: null },
});
const group = 'sihwang-models';
const mirror = async (...models: MirroredModel[]) =>
  (await mirrorModels(models, { group })).map(({ id, did }) => `${id.slice(-1)} ${did}`).sort();
const asked = (operation: string) => double.calls.filter((call) => call.operation === operation).length;

it('a promoted version is one approved package, however often it is mirrored; the former one is rejected', async () => {
  expect(await mirror(model('a'), model('x', 'garak'))).toEqual(['a made', 'x made']);
  expect(await mirror(model('a'))).toEqual(['a nothing']);
  expect(await mirror(model('b'))).toEqual(['a rejected', 'b made']);
  expect(await mirror(model('b'), model('x', 'garak'))).toEqual(['b nothing', 'x nothing']);
  // and back again
  expect(await mirror(model('a'))).toEqual(['a approved', 'b rejected']);
  expect(asked('CreateModelPackage')).toBe(3);
});

it('says what the version rests on, in characters that a property takes', async () => {
  const [made] = await mirrorModels([model('a')], {
    group,
    container: { image: 'image', modelDataUrl: 's3://bucket/model.tar.gz' },
  });
  const found = await clientsOf(double).sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: made!.arn }),
  );
  expect(found).toMatchObject({
    ModelApprovalStatus: 'Approved',
    CustomerMetadataProperties: {
      'sihwang-version': 'price-forecast-a',
      'sihwang-recipe': 'damping :0.3 이름 : 배추',
      'sihwang-reason': '낫다',
    },
    InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://bucket/model.tar.gz' }] },
  });
  expect(Object.keys(found.CustomerMetadataProperties!)).not.toContain('sihwang-snapshot');
});

it('a lost answer makes no second package, and packages of others are left alone', async () => {
  await mirror(model('a'));
  await clientsOf(double).sagemaker.send(
    new CreateModelPackageCommand({ ModelPackageGroupName: group, ModelApprovalStatus: 'Approved' }),
  );
  double.faults.onCall('CreateModelPackage', { drop: 'after' });
  expect(await mirror(model('b'))).toEqual(['a rejected', 'b made']);
  expect(await mirror(model('b'))).toEqual(['b nothing']);
});

it('refuses a name that no group can have, before any call', async () => {
  await expect(mirrorModels([model('a')], { group: 'a_b' })).rejects.toMatchObject({
    code: 'MODEL_GROUP_NAME',
  });
  expect(double.calls).toEqual([]);
});
