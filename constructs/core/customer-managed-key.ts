import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { keyDeletionWindowDays } from "@streaming-data-lake/rules/limits";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { accountId, region } from "./account";
import { checkTwoKeys, dataDestructionAllowed } from "./data-destruction";
import { defaultName } from "./names";
import { Problems } from "./problems";
import { flag, number, optional, type Shapes, shaped, text } from "./shape";
import { claimName } from "./unique-names";

export interface CustomerManagedKeyProps {
  /**
   * Alias of the key: 1-250 letters, digits and `/_-`, not starting with `aws/`.
   *
   * @default - `<project>-<environment>-<construct id>`
   */
  readonly alias?: string;
  /** Days that KMS waits before it deletes the key once deletion is scheduled, 7-30. @default 30 */
  readonly deletionWindowDays?: number;
  /**
   * Allows scheduling the key's deletion. Everything that the key encrypts is lost when it is deleted. Also requires
   * the context flag `allowDataDestruction`. @default false
   */
  readonly allowDeletion?: boolean;
  /** Lets CloudWatch's alarms of this account publish to topics that the key encrypts. @default false */
  readonly alarmTopics?: boolean;
}

const shapes: Shapes<CustomerManagedKeyProps> = {
  alias: optional(text),
  deletionWindowDays: optional(number(keyDeletionWindowDays)),
  allowDeletion: optional(flag),
  alarmTopics: optional(flag),
};

/** https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys-adding-permission.html */
const refuseDeletion: DataAwsIamPolicyDocumentStatement = {
  sid: "KeepTheKeyOfTheData",
  effect: "Deny",
  actions: ["kms:ScheduleKeyDeletion"],
  resources: ["*"],
  principals: [{ type: "AWS", identifiers: ["*"] }],
};

/** https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
const alarmStatement = (account: string): DataAwsIamPolicyDocumentStatement => ({
  sid: "Alarms",
  actions: ["kms:Decrypt", "kms:GenerateDataKey"],
  resources: ["*"],
  principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
  condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [account] }],
});

/**
 * A KMS key with yearly rotation. CloudWatch Logs can use it, and so can principals that the account's IAM policies
 * allow to.
 *
 * The key's policy denies its deletion, so that neither a destroy nor an update that removes the key can make the
 * encrypted data unreadable.
 */
export class CustomerManagedKey extends Construct implements ITerraformDependable {
  readonly key: KmsKey;
  readonly arn: string;
  readonly fqn: string;
  /** Whether CloudWatch's alarms may publish to topics that the key encrypts. */
  readonly alarmTopics: boolean;

  constructor(scope: Construct, id: string, props: CustomerManagedKeyProps = {}) {
    super(scope, id);
    props = shaped(this, props, shapes);
    const alias = props.alias ?? defaultName(this);
    Problems.check(this, (problems) => {
      // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
      problems.name(
        "alias",
        alias,
        /^(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/,
        '1-250 letters, digits and /_-, not starting with "aws/"',
      );
      problems.integer("deletionWindowDays", props.deletionWindowDays, keyDeletionWindowDays);
      checkTwoKeys(problems, this, "allowDeletion", props.allowDeletion);
    });
    claimName(this, "KMS alias", "alias", alias);
    this.alarmTopics = props.alarmTopics === true;
    this.key = new KmsKey(this, "key", {
      description: `Encrypts ${alias}`,
      enableKeyRotation: true,
      deletionWindowInDays: props.deletionWindowDays ?? 30,
      policy: this.policy(props.allowDeletion === true && dataDestructionAllowed(this), this.alarmTopics),
    });
    this.arn = this.key.arn;
    this.fqn = this.key.fqn;
    new KmsAlias(this, "alias", { name: `alias/${alias}`, targetKeyId: this.key.keyId });
  }

  private policy(deletable: boolean, alarmTopics: boolean): string {
    const account = accountId(this);
    return new DataAwsIamPolicyDocument(this, "policy", {
      statement: [
        {
          // Lets the account's IAM policies control the key. Without this statement a key can become unmanageable:
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
          principals: [{ type: "Service", identifiers: [`logs.${region(this)}.amazonaws.com`] }],
          condition: [
            {
              test: "ArnLike",
              variable: "kms:EncryptionContext:aws:logs:arn",
              values: [`arn:*:logs:*:${account}:log-group:*`],
            },
          ],
        },
        ...(alarmTopics ? [alarmStatement(account)] : []),
        ...(deletable ? [] : [refuseDeletion]),
      ],
    }).json;
  }
}
