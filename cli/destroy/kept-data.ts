import type { ReadStack } from "@streaming-data-lake/terraform";
import * as z from "zod";

const bucket = z.object({ force_destroy: z.boolean().nullish() });

// https://developer.hashicorp.com/terraform/internals/json-format#state-representation
const state = z.object({
  values: z
    .object({
      root_module: z.object({
        resources: z
          .array(z.object({ type: z.string(), values: bucket.extend({ bucket: z.string().nullish() }) }))
          .optional(),
      }),
    })
    .optional(),
});

/** Whether a stack has a bucket that a destroy deletes only when it is empty. */
export function keepsData({ resources }: Pick<ReadStack, "resources">): boolean {
  return resources("aws_s3_bucket").some((each) => !each.flag("force_destroy"));
}

/** Names of the buckets in Terraform's state that a destroy deletes only when they are empty. */
export function keptBuckets(document: unknown): string[] {
  const resources = state.parse(document).values?.root_module.resources ?? [];
  return resources.flatMap(({ type, values }) =>
    type === "aws_s3_bucket" && values.force_destroy !== true && values.bucket ? [values.bucket] : [],
  );
}

export const beforehand =
  "force destroy is off. A bucket that holds objects stays, and the destroy ends with BucketNotEmpty once " +
  'everything else is gone. To delete the data as well, stop here, set "forceDestroy": true in context.pipeline of ' +
  "cdktf.json, and apply that first.";

export function afterwards(bucket: string): string {
  return (
    `the bucket ${bucket} is still there, with force destroy off. If it is not empty (BucketNotEmpty), ` +
    "keep it, and the next apply goes on with it; or delete every version of its objects, in the S3 console with " +
    '"Empty", and run npm run destroy again.'
  );
}
