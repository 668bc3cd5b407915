import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import type { PolicyStatement } from "./iam";

/** What a reader of encrypted data needs of its key. */
export function decryptStatement(key: KmsKey): PolicyStatement & { actions: string[]; resources: string[] } {
  return { actions: ["kms:Decrypt"], resources: [key.arn] };
}

/** What a writer of encrypted data needs of its key. */
export function encryptStatement(key: KmsKey): PolicyStatement & { actions: string[]; resources: string[] } {
  return { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [key.arn] };
}
