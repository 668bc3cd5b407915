import type { ReadStack } from "@streaming-data-lake/terraform";
import * as z from "zod";

const bucket = z.object({ force_destroy: z.boolean().nullish(), bucket: z.string().nullish() });
const key = z.object({ key_id: z.string().nullish(), deletion_window_in_days: z.number().nullish() });

// https://developer.hashicorp.com/terraform/internals/json-format#state-representation
const state = z.object({
  values: z
    .object({
      root_module: z.object({
        resources: z.array(z.object({ type: z.string(), values: z.unknown() })).optional(),
      }),
    })
    .optional(),
});

/** Whether a stack has a bucket that a destroy deletes only when it is empty. */
export function keepsData({ resources }: Pick<ReadStack, "resources">): boolean {
  return resources("aws_s3_bucket").some((each) => !each.flag("force_destroy"));
}

/** Whether a stack has a bucket that a destroy deletes together with its objects. */
export function losesData({ resources }: Pick<ReadStack, "resources">): boolean {
  return resources("aws_s3_bucket").some((each) => each.flag("force_destroy"));
}

/** Names of the buckets in Terraform's state that a destroy deletes only when they are empty. */
export function keptBuckets(document: unknown): string[] {
  return inState(document, "aws_s3_bucket", bucket).flatMap(({ force_destroy, bucket: name }) =>
    force_destroy !== true && name ? [name] : [],
  );
}

/** A key in Terraform's state, whose deletion a destroy schedules. */
export interface Key {
  readonly id: string;
  /** Days between the destroy and the deletion of the key. */
  readonly days: number;
}

/** The keys in Terraform's state. The provider's default is 30 days. */
export function keysOf(document: unknown): Key[] {
  return inState(document, "aws_kms_key", key).flatMap(({ key_id: id, deletion_window_in_days: days }) =>
    id ? [{ id, days: days ?? 30 }] : [],
  );
}

function inState<T>(document: unknown, type: string, shape: z.ZodType<T>): T[] {
  const resources = state.parse(document).values?.root_module.resources ?? [];
  return resources.flatMap((each) => (each.type === type ? [shape.parse(each.values)] : []));
}

/** Says what happens to a key after a destroy and how to keep it: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html */
export function scheduledDeletion({ id, days }: Key): string {
  return (
    `the key ${id} is gone in ${days} days, and with it all that was encrypted with it and kept elsewhere. Until then ` +
    `it is saved by: aws kms cancel-key-deletion --key-id ${id} && aws kms enable-key --key-id ${id}`
  );
}

export const beforehand =
  "force destroy is off. A bucket that holds objects stays, and the destroy ends with BucketNotEmpty once " +
  'everything else is gone. To delete the data as well, stop here, set "forceDestroy": true in context.pipeline of ' +
  "cdktf.json, and apply that first.";

export const everything =
  "force destroy is on. The lake's bucket is deleted with every reading in it, and nothing brings them back. To keep " +
  "them, stop here and copy them first: aws s3 sync s3://BUCKET FOLDER";

export function afterwards(bucket: string): string {
  return (
    `the bucket ${bucket} is still there, with force destroy off. If it is not empty (BucketNotEmpty), ` +
    "keep it, and the next apply goes on with it; or delete every version of its objects, in the S3 console with " +
    '"Empty", and run npm run destroy again.'
  );
}
