import type { Clock } from '../clock.ts';
import { Refusal, validationException } from '../wire/refusal.ts';

interface Package {
  readonly ModelPackageGroupName: string;
  readonly ModelPackageArn: string;
  readonly ModelPackageVersion: number;
  readonly CreationTime: Date;
  ModelApprovalStatus: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Source: docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html */
const PROPERTY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const APPROVALS = ['Approved', 'Rejected', 'PendingManualApproval'];

/** Model package groups with their versions. */
export class ModelRegistry {
  private readonly groups = new Map<string, Package[]>();
  private readonly tokens = new Map<string, Package>();
  private readonly clock: Clock;
  private readonly arnPrefix: string;

  constructor(clock: Clock, arnPrefix: string) {
    this.clock = clock;
    this.arnPrefix = arnPrefix;
  }

  handlers() {
    return {
      CreateModelPackageGroup: ({ ModelPackageGroupName }: { ModelPackageGroupName: string }) => {
        if (this.groups.has(ModelPackageGroupName))
          throw validationException(`Model Package Group already exists: ${ModelPackageGroupName}`);
        this.groups.set(ModelPackageGroupName, []);
        return { ModelPackageGroupArn: `${this.arnPrefix}:model-package-group/${ModelPackageGroupName}` };
      },
      CreateModelPackage: (input: {
        ModelPackageGroupName: string;
        ModelApprovalStatus?: string;
        ClientToken?: string;
        CustomerMetadataProperties?: Readonly<Record<string, string>>;
      }) => {
        if ((input.ClientToken?.length ?? 1) > 36)
          throw validationException('clientToken has at most 36 characters');
        const before = input.ClientToken === undefined ? undefined : this.tokens.get(input.ClientToken);
        if (before) return { ModelPackageArn: before.ModelPackageArn };
        const versions = this.group(input.ModelPackageGroupName);
        checkApproval(input.ModelApprovalStatus ?? 'PendingManualApproval');
        const properties = Object.entries(input.CustomerMetadataProperties ?? {});
        if (
          properties.length > 50 ||
          properties.some(([key, value]) => key.length > 128 || value.length > 256)
        )
          throw validationException('at most 50 properties, keys of 128 and values of 256 characters');
        const odd = properties.flat().find((text) => !PROPERTY.test(text));
        if (odd !== undefined) throw validationException(`${odd} must satisfy ${PROPERTY.source}`);
        const { ClientToken, ...rest } = input;
        const version = versions.length + 1;
        const made: Package = {
          ModelPackageGroupName: input.ModelPackageGroupName,
          ModelPackageArn: `${this.arnPrefix}:model-package/${input.ModelPackageGroupName}/${version}`,
          ModelPackageVersion: version,
          CreationTime: this.clock.now(),
          ModelApprovalStatus: input.ModelApprovalStatus ?? 'PendingManualApproval',
          input: rest,
        };
        versions.push(made);
        if (ClientToken !== undefined) this.tokens.set(ClientToken, made);
        return { ModelPackageArn: made.ModelPackageArn };
      },
      UpdateModelPackage: ({
        ModelPackageArn,
        ModelApprovalStatus,
      }: {
        ModelPackageArn: string;
        ModelApprovalStatus?: string;
      }) => {
        const found = this.named(ModelPackageArn);
        if (ModelApprovalStatus !== undefined) {
          checkApproval(ModelApprovalStatus);
          found.ModelApprovalStatus = ModelApprovalStatus;
        }
        return { ModelPackageArn };
      },
      DescribeModelPackage: ({ ModelPackageName }: { ModelPackageName: string }) => {
        const { input, ...found } = this.named(ModelPackageName);
        return {
          ...input,
          ...found,
          ModelPackageName: found.ModelPackageGroupName,
          ModelPackageStatus: 'Completed',
          ModelPackageStatusDetails: { ValidationStatuses: [] },
        };
      },
      ListModelPackages: ({
        ModelPackageGroupName,
        ModelApprovalStatus,
      }: {
        ModelPackageGroupName?: string;
        ModelApprovalStatus?: string;
      }) => ({
        ModelPackageSummaryList: (ModelPackageGroupName === undefined
          ? [...this.groups.values()].flat()
          : this.group(ModelPackageGroupName)
        )
          .filter(
            (one) => ModelApprovalStatus === undefined || one.ModelApprovalStatus === ModelApprovalStatus,
          )
          .map(({ input: { ModelPackageDescription }, ...one }) => ({
            ...one,
            ...(ModelPackageDescription === undefined ? {} : { ModelPackageDescription }),
            ModelPackageStatus: 'Completed',
          }))
          .reverse(),
      }),
    };
  }

  private group(name: string): Package[] {
    const versions = this.groups.get(name.slice(name.lastIndexOf('/') + 1));
    if (!versions) throw validationException(`Model Package Group ${name} does not exist.`);
    return versions;
  }

  private named(arn: string): Package {
    const found = [...this.groups.values()].flat().find((one) => one.ModelPackageArn === arn);
    if (!found) throw new Refusal(400, 'ValidationException', `ModelPackage ${arn} does not exist.`);
    return found;
  }
}

function checkApproval(status: string): void {
  if (!APPROVALS.includes(status)) throw validationException(`no approval status ${status}`);
}
