import type { World } from "@streaming-data-lake/aws";
import type { Settings } from "@streaming-data-lake/terraform";
import type { ObjectDetail, ObjectHead } from "../api";

const day = 86_400_000;

/**
 * What the stack's lifecycle rules will do with an object, in order. S3 counts whole days, starting at midnight UTC:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
 */
export function lifecycleOf(
  { resources }: World,
  bucket: string,
  { key, bytes, modified }: ObjectHead,
): ObjectDetail["lifecycle"] {
  const at = (days: number) => Math.ceil((modified + days * day) / day) * day;
  return resources("aws_s3_bucket_lifecycle_configuration")
    .filter((one) => one.knownText("bucket") === bucket)
    .flatMap((one) => one.blocks("rule"))
    .filter((rule) => (rule.knownText("status") ?? "Enabled") === "Enabled" && isFor(rule, key, bytes))
    .flatMap((rule) => {
      const id = rule.knownText("id") ?? "";
      const days = (rule.block("expiration") ?? rule).knownText("days");
      return [
        ...rule.blocks("transition").map((transition) => ({
          action: "transition" as const,
          storageClass: transition.knownText("storage_class") ?? "",
          at: at(transition.number("days", 0)),
          rule: id,
        })),
        ...(days === undefined ? [] : [{ action: "expire" as const, at: at(Number(days)), rule: id }]),
      ];
    })
    .sort((a, b) => a.at - b.at);
}

/**
 * Whether a rule applies to an object. Objects that the runner writes have no tags, so a rule that filters by tags
 * never does.
 */
function isFor(rule: Settings, key: string, bytes: number): boolean {
  const filter = rule.block("filter");
  const and = filter?.block("and");
  const text = (name: string) => and?.knownText(name) ?? filter?.knownText(name);
  const hasTag = filter?.block("tag") !== undefined || Object.keys(and?.map("tags") ?? {}).length > 0;
  const prefix = text("prefix") ?? rule.knownText("prefix") ?? "";
  const least = Number(text("object_size_greater_than") ?? -1);
  const most = Number(text("object_size_less_than") ?? Number.POSITIVE_INFINITY);
  return !hasTag && key.startsWith(prefix) && bytes > least && bytes < most;
}
