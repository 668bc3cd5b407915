import type * as Client from "@aws-sdk/client-s3";
import type { Settings } from "@streaming-data-lake/terraform";
import { AwsError } from "../../protocol/errors";
import type { Handlers } from "../../server/handlers";
import { tagListOf, tagsOf } from "../tags";
import { bucketArnOf, type S3Context } from "./context";

/** Operations on buckets. Their configuration is that of the stack. */
export function bucketHandlers(context: S3Context): Handlers<typeof Client> {
  const { store, world } = context;
  const { region } = world.stack;
  return {
    HeadBucket({ Bucket = "" }, call) {
      call.allow("s3:ListBucket", bucketArnOf(Bucket));
      store.checkBucket(Bucket);
      return { BucketRegion: region, BucketArn: bucketArnOf(Bucket) };
    },

    CreateBucket({ Bucket = "" }, call) {
      call.allow("s3:CreateBucket", bucketArnOf(Bucket));
      store.createBucket(Bucket);
      return { Location: `/${Bucket}`, BucketArn: bucketArnOf(Bucket) };
    },

    DeleteBucket({ Bucket = "" }, call) {
      call.allow("s3:DeleteBucket", bucketArnOf(Bucket));
      if (world.stack.buckets.some(({ name }) => name === Bucket))
        throw new AwsError(
          "OperationAborted",
          `${Bucket} is a bucket of the stack: a runner keeps it, and \`terraform destroy\` removes it on AWS`,
          409,
        );
      store.deleteBucket(Bucket);
      return {};
    },

    GetBucketLocation({ Bucket = "" }, call) {
      call.allow("s3:GetBucketLocation", bucketArnOf(Bucket));
      store.checkBucket(Bucket);
      // S3 leaves the location of buckets in us-east-1 empty.
      return { LocationConstraint: (region === "us-east-1" ? "" : region) as never };
    },

    GetBucketVersioning({ Bucket = "" }, call) {
      call.allow("s3:GetBucketVersioning", bucketArnOf(Bucket));
      store.checkBucket(Bucket);
      const [versioning] = context.settingsOf("aws_s3_bucket_versioning", Bucket);
      const status = versioning?.block("versioning_configuration")?.text("status");
      return status === "Enabled" || status === "Suspended" ? { Status: status } : {};
    },

    GetBucketLifecycleConfiguration({ Bucket = "" }, call) {
      call.allow("s3:GetLifecycleConfiguration", bucketArnOf(Bucket));
      store.checkBucket(Bucket);
      const [lifecycle] = context.settingsOf("aws_s3_bucket_lifecycle_configuration", Bucket);
      if (!lifecycle)
        throw new AwsError(
          "NoSuchLifecycleConfiguration",
          "The lifecycle configuration does not exist",
          404,
          { BucketName: Bucket },
        );
      return { Rules: lifecycle.blocks("rule").map(lifecycleRule) };
    },

    GetBucketNotificationConfiguration({ Bucket = "" }, call) {
      call.allow("s3:GetBucketNotification", bucketArnOf(Bucket));
      store.checkBucket(Bucket);
      const [notification] = context.settingsOf("aws_s3_bucket_notification", Bucket);
      if (!notification) return {};
      const events = (block: Settings) => ({
        ...(block.knownText("id") !== undefined && { Id: block.knownText("id") }),
        Events: block.list("events").map(String) as never,
      });
      return {
        LambdaFunctionConfigurations: notification.blocks("lambda_function").map((block) => ({
          ...events(block),
          LambdaFunctionArn: block.knownText("lambda_function_arn"),
        })),
        QueueConfigurations: notification
          .blocks("queue")
          .map((block) => ({ ...events(block), QueueArn: block.knownText("queue_arn") })),
        TopicConfigurations: notification
          .blocks("topic")
          .map((block) => ({ ...events(block), TopicArn: block.knownText("topic_arn") })),
        ...(notification.text("eventbridge") === "true" && { EventBridgeConfiguration: {} }),
      };
    },

    GetBucketTagging({ Bucket = "" }, call) {
      call.allow("s3:GetBucketTagging", bucketArnOf(Bucket));
      store.checkBucket(Bucket);
      const TagSet = tagListOf(tagsOf(world, "aws_s3_bucket", "bucket", Bucket));
      if (TagSet.length === 0)
        throw new AwsError("NoSuchTagSet", "The TagSet does not exist", 404, { BucketName: Bucket });
      return { TagSet };
    },

    GetBucketEncryption({ Bucket = "" }, call) {
      call.allow("s3:GetEncryptionConfiguration", bucketArnOf(Bucket));
      store.checkBucket(Bucket);
      const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled = false } = context.encryptionOf(Bucket);
      return {
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: {
                SSEAlgorithm: ServerSideEncryption,
                ...(SSEKMSKeyId !== undefined && { KMSMasterKeyID: SSEKMSKeyId }),
              },
              BucketKeyEnabled,
            },
          ],
        },
      };
    },

    GetBucketPolicy({ Bucket = "" }, call) {
      call.allow("s3:GetBucketPolicy", bucketArnOf(Bucket));
      store.checkBucket(Bucket);
      const policy = world.stack.access.resourcePolicies.find(
        ({ resource }) => resource === bucketArnOf(Bucket),
      );
      if (policy?.document === undefined)
        throw new AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404, {
          BucketName: Bucket,
        });
      return { Policy: policy.document };
    },

    GetPublicAccessBlock({ Bucket = "" }, call) {
      call.allow("s3:GetBucketPublicAccessBlock", bucketArnOf(Bucket));
      store.checkBucket(Bucket);
      const [block] = context.settingsOf("aws_s3_bucket_public_access_block", Bucket);
      // Since April 2023, all of them are enabled for new buckets.
      const flag = (name: string) => (block ? block.flag(name) : true);
      return {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: flag("block_public_acls"),
          IgnorePublicAcls: flag("ignore_public_acls"),
          BlockPublicPolicy: flag("block_public_policy"),
          RestrictPublicBuckets: flag("restrict_public_buckets"),
        },
      };
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
function lifecycleRule(rule: Settings) {
  const filter = rule.block("filter");
  const prefix = filter?.text("prefix") ?? filter?.block("and")?.text("prefix") ?? rule.text("prefix");
  const days = rule.block("expiration")?.text("days");
  const abort = rule.block("abort_incomplete_multipart_upload")?.text("days_after_initiation");
  const noncurrent = rule.block("noncurrent_version_expiration")?.text("noncurrent_days");
  return {
    ID: rule.text("id"),
    Status: (rule.text("status") ?? "Enabled") as "Enabled" | "Disabled",
    Filter: { Prefix: prefix ?? "" },
    ...(days !== undefined && { Expiration: { Days: Number(days) } }),
    ...(abort !== undefined && { AbortIncompleteMultipartUpload: { DaysAfterInitiation: Number(abort) } }),
    ...(noncurrent !== undefined && { NoncurrentVersionExpiration: { NoncurrentDays: Number(noncurrent) } }),
    Transitions: rule.blocks("transition").map((transition) => ({
      Days: transition.number("days", 0),
      StorageClass: transition.text("storage_class") as never,
    })),
  };
}
