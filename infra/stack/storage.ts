import { Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Where snapshots, results and models are, and where the image is. */
export class Storage extends Construct {
  readonly bucket: s3.Bucket;
  readonly images: ecr.Repository;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      // what was computed outlives the stack
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { prefix: 'tmp/', expiration: Duration.days(7) },
        { noncurrentVersionExpiration: Duration.days(30) },
      ],
    });
    this.images = new ecr.Repository(this, 'Images', {
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      lifecycleRules: [{ maxImageCount: 50 }],
    });
  }

  /** The whole name of an image of the repository, by its tag or by its digest, `sha256:…`. */
  imageNamed(tagOrDigest: string): string {
    const sign = tagOrDigest.startsWith('sha256:') ? '@' : ':';
    return Fn.join(sign, [this.images.repositoryUri, tagOrDigest]);
  }
}
