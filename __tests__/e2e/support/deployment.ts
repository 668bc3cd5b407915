import type { S3 } from "@aws-sdk/client-s3";

/** Names of what the settings of the repository's `cdktf.json` deploy to moto's account. */
export const names = {
  stream: "sensor-lake-dev-readings",
  bucket: "sensor-lake-dev-123456789012-us-east-1",
  database: "sensor_lake_dev",
  workgroup: "sensor-lake-dev",
  deliveryStream: "sensor-lake-dev-delivery",
  function: "sensor-lake-dev-process-readings",
  rollup: "sensor-lake-dev-sensor-hourly",
  topic: "sensor-lake-dev-alarms",
  dashboard: "sensor-lake-dev-us-east-1",
} as const;

/** What Terraform warned of, but for its note that a provider from a mirror was locked for one platform only. */
export function warnings(output: string): string[] {
  const found = output.match(/Warning: .*|Deprecat.*/g) ?? [];
  return found.filter((line) => line !== "Warning: Incomplete lock file information for providers");
}

/** The server is plain HTTP, which the bucket's policy refuses: it steps aside for the moment. */
export async function putObject(s3: S3, key: string): Promise<void> {
  const Bucket = names.bucket;
  const { Policy } = await s3.getBucketPolicy({ Bucket });
  await s3.deleteBucketPolicy({ Bucket });
  await s3.putObject({ Bucket, Key: key, Body: "{}" });
  await s3.putBucketPolicy({ Bucket, Policy });
}
