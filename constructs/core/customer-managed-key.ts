import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { accountId } from "./account";
import type { PolicyStatement } from "./iam";
import { defaultName } from "./names";
import { Problems } from "./problems";

export interface CustomerManagedKeyProps {
  /** 1-250 letters, digits and `/_-`, not starting with `aws/`. @default - `<project>-<environment>-<construct id>` */
  readonly alias?: string;
  /** Days between a deletion and its effect, 7-30. @default 30 */
  readonly deletionWindowDays?: number;
}

interface KeyStatement extends PolicyStatement {
  readonly actions: string[];
  readonly resources: string[];
}

/** What a reader of encrypted data needs of its key. */
export function decryptStatement(key: KmsKey): KeyStatement {
  return { actions: ["kms:Decrypt"], resources: [key.arn] };
}

/** What a writer of encrypted data needs of its key. */
export function encryptStatement(key: KmsKey): KeyStatement {
  return { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [key.arn] };
}

/** A key with yearly rotation that CloudWatch's logs and alarms may use, and whom the account's policies allow. */
export class CustomerManagedKey extends Construct {
  readonly key: KmsKey;

  constructor(scope: Construct, id: string, props: CustomerManagedKeyProps = {}) {
    super(scope, id);
    const alias = props.alias ?? defaultName(this);
    Problems.check(this, (problems) => {
      // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
      problems.name(
        "alias",
        alias,
        /^(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/,
        '1-250 letters, digits and /_-, not starting with "aws/"',
      );
      problems.integer("deletionWindowDays", props.deletionWindowDays, 7, 30, "days");
    });
    this.key = new KmsKey(this, "key", {
      description: `Encrypts ${alias}`,
      enableKeyRotation: true,
      deletionWindowInDays: props.deletionWindowDays ?? 30,
      policy: this.policy(),
    });
    new KmsAlias(this, "alias", { name: `alias/${alias}`, targetKeyId: this.key.keyId });
  }

  private policy(): string {
    const account = accountId(this);
    return new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          // Hands the key over to the account's IAM policies. Without it a key can become unmanageable:
          // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
          sid: "Account",
          actions: ["kms:*"],
          resources: ["*"],
          principals: [{ type: "AWS", identifiers: [account] }],
        },
        {
          // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
          sid: "Logs",
          actions: [
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ],
          resources: ["*"],
          principals: [{ type: "Service", identifiers: ["logs.amazonaws.com"] }],
          condition: [
            {
              test: "ArnLike",
              variable: "kms:EncryptionContext:aws:logs:arn",
              values: [`arn:*:logs:*:${account}:log-group:*`],
            },
          ],
        },
        {
          // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
          sid: "Alarms",
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          resources: ["*"],
          principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
          condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account] }],
        },
      ],
    }).json;
  }
}
