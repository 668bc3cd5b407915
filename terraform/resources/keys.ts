import { StackError } from "../errors";
import type { StackReader } from "../reader";
import type { Settings } from "../settings";

/** A text that only matters for access; undefined when it can't be resolved here. */
export function knownText(settings: Settings | undefined, name: string): string | undefined {
  try {
    return settings?.text(name) || undefined;
  } catch (error) {
    if (error instanceof StackError) return undefined;
    throw error;
  }
}

/** The same for a list of texts. */
export function knownTexts(settings: Settings, name: string): string[] {
  try {
    return settings.list(name).map(String);
  } catch (error) {
    if (error instanceof StackError) return [];
    throw error;
  }
}

/**
 * The ARN of a customer-managed key that is given by its ARN, id or alias; undefined for a key that AWS manages, whose
 * policy lets everybody use it through its service.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key
 */
export function keyArn(
  reader: StackReader,
  settings: Settings | undefined,
  name: string,
): string | undefined {
  return keyOf(reader, knownText(settings, name));
}

function keyOf(reader: StackReader, given: string | undefined): string | undefined {
  if (given === undefined || /(?:^|:)alias\/aws\//.test(given)) return undefined;
  const [, alias] = /(?:^|:)(alias\/.+)$/.exec(given) ?? [];
  if (alias !== undefined) {
    const found = reader.of("aws_kms_alias").find((one) => knownText(one, "name") === alias);
    return keyOf(reader, knownText(found, "target_key_id"));
  }
  if (given.startsWith("arn:")) return given;
  const own = reader.of("aws_kms_key").find((key) => key.text("key_id") === given);
  return own?.text("arn");
}

/** A resource's tags, the provider's default tags among them; none where one of them can't be resolved here. */
export function knownTags(settings: Settings | undefined): Readonly<Record<string, string>> {
  try {
    return settings?.map("tags_all") ?? {};
  } catch (error) {
    if (error instanceof StackError) return {};
    throw error;
  }
}
