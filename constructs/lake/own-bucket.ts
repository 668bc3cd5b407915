import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { IConstruct } from "constructs";
import { allOf, sameReference } from "../core/made-here";

export interface NamedBucket {
  readonly bucketName: string;
  readonly bucketArn: string;
}

export function namesOf(bucket: S3Bucket): string[] {
  return [bucket.bucket, bucket.id, bucket.bucketInput ?? ""];
}

/** The bucket with this name or ARN, if this app creates it. */
export function ownBucket(scope: IConstruct, { bucketName, bucketArn }: NamedBucket): S3Bucket | undefined {
  return allOf(scope, S3Bucket).find(
    (bucket) =>
      namesOf(bucket).some((name) => sameReference(name, bucketName)) || sameReference(bucket.arn, bucketArn),
  );
}

/** Whether two lakes are in the same bucket, however each of them was given. */
export function sameBucket(scope: IConstruct, one: NamedBucket, two: NamedBucket): boolean {
  if (one === two || sameReference(one.bucketName, two.bucketName)) return true;
  if (sameReference(one.bucketArn, two.bucketArn)) return true;
  const bucket = ownBucket(scope, one);
  return bucket !== undefined && bucket === ownBucket(scope, two);
}
