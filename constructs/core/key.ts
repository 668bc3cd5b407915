import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { type ITerraformDependable, Token } from "cdktf";
import type { PolicyStatement } from "../access/policy-statement";
import type { Problems } from "./problems";

/**
 * A customer-managed key: its ARN, or an object that has it, such as a `CustomerManagedKey`, a `DataAwsKmsKey` or an
 * alias of the key.
 */
export type KeyReference = string | { readonly arn: string };

/**
 * The ARN of a key. For an alias it is the ARN of the key that the alias points to, because policies allow the use of
 * keys, not of aliases.
 */
export function keyArn(key: KeyReference): string {
  if (typeof key === "string") return key;
  return key instanceof KmsAlias || key instanceof DataAwsKmsAlias ? key.targetKeyArn : key.arn;
}

const keyPattern = /^arn:[^:]+:kms:[^:]+:\d{12}:key\/[\w-]+$/;

/** Checks a key's ARN. The ARN of an alias is refused, because policies allow the use of keys, not of aliases. */
export function checkKey(problems: Problems, prop: string, key: KeyReference | undefined): void {
  problems.name(
    prop,
    key === undefined ? undefined : keyArn(key),
    keyPattern,
    "a key or its ARN, such as arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  );
}

/** The key to pass on to a construct's parts; undefined for an invalid key, which is reported where it was given. */
export function keyForParts(key: KeyReference | undefined): KeyReference | undefined {
  if (key === undefined) return undefined;
  const arn = keyArn(key);
  return Token.isUnresolved(arn) || keyPattern.test(arn) ? key : undefined;
}

/** The key as a resource of this app that others can depend on; absent when it is only an ARN. */
export function dependableKey(key: KeyReference | undefined): ITerraformDependable[] | undefined {
  return typeof key === "object" && "fqn" in key ? [key as ITerraformDependable] : undefined;
}

/** Permissions that a reader of encrypted data needs on its key. */
export function decryptStatements(key: KeyReference | undefined): PolicyStatement[] {
  return key === undefined ? [] : [{ actions: ["kms:Decrypt"], resources: [keyArn(key)] }];
}

/** Permissions that a writer of encrypted data needs on its key. */
export function encryptStatements(key: KeyReference | undefined): PolicyStatement[] {
  return key === undefined
    ? []
    : [{ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [keyArn(key)] }];
}
