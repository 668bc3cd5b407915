import type { StackReader } from "../reader";
import type { Settings } from "../settings";

/**
 * The ARN of a customer-managed key that is given by ARN, id or alias. It is undefined for an AWS managed key, whose
 * policy allows everybody to use it through its service.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
 */
export function keyArnOf(
  reader: StackReader,
  settings: Settings | undefined,
  name: string,
): string | undefined {
  return keyOf(reader, settings?.knownText(name));
}

function keyOf(reader: StackReader, given: string | undefined): string | undefined {
  if (given === undefined || /(?:^|:)alias\/aws\//.test(given)) return undefined;
  const [, alias] = /(?:^|:)(alias\/.+)$/.exec(given) ?? [];
  if (alias !== undefined) {
    const found = reader.blocksOf("aws_kms_alias").find((one) => one.knownText("name") === alias);
    return keyOf(reader, found?.knownText("target_key_id"));
  }
  if (given.startsWith("arn:")) return given;
  const own = reader.blocksOf("aws_kms_key").find((key) => key.text("key_id") === given);
  return own?.text("arn");
}
