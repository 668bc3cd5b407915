import type { Construct } from "constructs";
import { defaultName } from "../core/names";
import type { Problems } from "../core/problems";
import type { DataLakeProps } from "./data-lake";

/** Context flag without which no bucket that holds data is ever deleted. */
export const dataDestructionFlag = "allowDataDestruction";

export function dataDestructionAllowed(scope: Construct): boolean {
  return scope.node.tryGetContext(dataDestructionFlag) === true;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketNamePattern =
  /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?<!-s3alias|--ol-s3|--x-s3|--table-s3)$/;

export const bucketNameRule = "3-63 lower-case letters, digits and hyphens, none of them at an end";

export function checkDataLakeProps(problems: Problems, props: DataLakeProps, scope: Construct): void {
  problems.exclusive("bucket", props.bucket, "bucketName", props.bucketName);
  // The account's twelve digits stand in for what only Terraform knows.
  const name = props.bucketName ?? `${defaultName(scope)}-000000000000`;
  problems.name("bucketName", name, bucketNamePattern, bucketNameRule);
  problems.integer("retentionDays", props.retentionDays, 2, 36_500, "days");
  problems.integer("errorRetentionDays", props.errorRetentionDays, 1, 36_500, "days");
  problems.integer("resultRetentionDays", props.resultRetentionDays, 1, 36_500, "days");
  problems.integer("noncurrentVersionRetentionDays", props.noncurrentVersionRetentionDays, 1, 36_500, "days");
  problems.require(
    "forceDestroy",
    props.forceDestroy,
    props.forceDestroy !== true || dataDestructionAllowed(scope),
    `deleting data takes a second key: set "${dataDestructionFlag}": true in the context of cdktf.json`,
  );
}
