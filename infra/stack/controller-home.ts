import { RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as efs from 'aws-cdk-lib/aws-efs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** The user of the image, who owns the home. */
const UID = '10001';
/** Where the volume stands in a container; the home is a folder of it, so that a backup to restore finds room beside it. */
const MOUNTED_AT = '/var/lib/sihwang';
export const HOME = `${MOUNTED_AT}/home`;
export const BROUGHT = `${MOUNTED_AT}/brought`;

/** The folder of the home that outlives every task: what was taken in cannot be fetched a second time. */
export class ControllerHome extends Construct {
  private readonly fileSystem: efs.FileSystem;
  private readonly accessPoint: efs.AccessPoint;

  constructor(scope: Construct, id: string, { vpc, group }: { vpc: ec2.IVpc; group: ec2.ISecurityGroup }) {
    super(scope, id);
    this.fileSystem = new efs.FileSystem(this, 'Files', {
      vpc,
      encrypted: true,
      throughputMode: efs.ThroughputMode.ELASTIC,
      // what has not been read for a month costs a tenth
      lifecyclePolicy: efs.LifecyclePolicy.AFTER_30_DAYS,
      outOfInfrequentAccessPolicy: efs.OutOfInfrequentAccessPolicy.AFTER_1_ACCESS,
      enableAutomaticBackups: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.fileSystem.connections.allowDefaultPortFrom(group);
    this.accessPoint = this.fileSystem.addAccessPoint('Home', {
      path: '/sihwang',
      createAcl: { ownerUid: UID, ownerGid: UID, permissions: '750' },
      posixUser: { uid: UID, gid: UID },
    });
  }

  /** What a container's properties say, for a role that may read and write it. */
  mountedFor(role: iam.IGrantable) {
    this.fileSystem.grantReadWrite(role);
    return {
      volumes: [
        {
          name: 'home',
          efsVolumeConfiguration: {
            fileSystemId: this.fileSystem.fileSystemId,
            transitEncryption: 'ENABLED',
            authorizationConfig: { accessPointId: this.accessPoint.accessPointId, iam: 'ENABLED' },
          },
        },
      ],
      mountPoints: [{ sourceVolume: 'home', containerPath: MOUNTED_AT, readOnly: false }],
    };
  }

  get fileSystemId(): string {
    return this.fileSystem.fileSystemId;
  }
}
