import type { Construct } from "constructs";
import { defaultName } from "../core/names";
import type { Problems } from "../core/problems";
import { claimName } from "../core/unique-names";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketNamePattern =
  /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?<!-s3alias|--ol-s3|--x-s3|--table-s3)$/;

export function checkBucketName(problems: Problems, bucketName: string): void {
  problems.name(
    "bucketName",
    bucketName,
    bucketNamePattern,
    "3-63 lower-case letters, digits and hyphens, none of them at an end",
  );
}

/** Checks the name of an existing bucket. Unlike a new one's, it can contain dots, but it can't be an IP address. */
export function checkBucketReference(problems: Problems, prop: string, bucketName: string): void {
  problems.name(
    prop,
    bucketName,
    /^(?!(?:\d+\.){3}\d+$)(?!.*(?:\.\.|\.-|-\.))[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "the name of an S3 bucket",
  );
}

/**
 * Claims a new bucket's name, which must be globally unique. The default name ends with the account's id, so it needs
 * to be unique only among the buckets of one account.
 */
export function claimBucketName(scope: Construct, bucketName: string | undefined): void {
  const reach = bucketName === undefined ? "account" : "world";
  claimName(scope, "S3 bucket", "bucketName", bucketName ?? defaultName(scope), { reach });
}
