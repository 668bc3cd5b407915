import type { NameRule } from "@streaming-data-lake/rules/names";
import type { Settings } from "./settings";

/**
 * The path of the handler's file in the function's folder, and its export. Lambda's runtime for Node.js refuses two
 * consecutive dots.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export const handlerName: NameRule = {
  pattern: /^(?!.*\.\.)[^\s]{1,128}$/,
  says: 'such as index.handler, without ".." and spaces',
};

/**
 * A bucket's name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 *
 * A shorter name, as examples often have, works here. The stack's reader reports that AWS refuses it.
 */
export const bucketName: NameRule = {
  pattern: /^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/,
  says: "3 to 63 lower-case letters, digits, dots and hyphens",
};

/** A bucket of another stack may have been created before 2018, when other names were allowed. */
export const existingBucketName: NameRule = {
  pattern: /^[a-zA-Z0-9][\w.-]{0,254}$/,
  says: "3 to 255 letters, digits, dots, hyphens and _",
};

/** The bucket of an ARN such as `arn:aws:s3:::name`; undefined for any other ARN. */
export function bucketOf(arn: string | undefined): string | undefined {
  return /^arn:aws[\w-]*:s3:::(.+)$/s.exec(arn ?? "")?.[1];
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
export const fileExtension: NameRule = {
  pattern: /^(?:\.[0-9a-z!\-_.*'()]{1,127})?$/,
  says: "a dot and up to 127 of 0-9 a-z ! - _ . * ' ( )",
};

/**
 * A required name that complies with AWS's rule.
 *
 * @throws StackError with the place, the rule and the current name.
 */
export function requiredName(settings: Settings, attribute: string, rule: NameRule): string {
  return checkedName(settings, attribute, rule, settings.required(attribute));
}

/** @throws StackError with the place, the rule and the current name. */
export function checkedName(settings: Settings, attribute: string, rule: NameRule, name: string): string {
  if (!rule.pattern.test(name))
    throw settings.error(attribute, `must be ${rule.says}, not ${JSON.stringify(name)}`);
  return name;
}
