import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { grant } from "../access/grant";
import type { Grantee } from "../access/role";
import { checkKey, decryptStatements, encryptStatements, type KeyReference } from "../core/key";
import { Problems } from "../core/problems";
import * as references from "../core/references";
import { list, object, optional, type Shapes, shaped, text } from "../core/shape";
import { hasCustomerManagedKey } from "./bucket-key";
import { checkBucketReference } from "./bucket-name";
import { checkPrefixOnce } from "./prefix";
import { checkZones, type Zones, zones } from "./zones";

/** A bucket with zones, created by this app or by another. */
export interface ILake {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly zones: Zones;
  /** Customer-managed key of the objects. A grant on the objects includes the key. */
  readonly encryptionKey?: KeyReference;
  /**
   * Customer-managed key for the other parts of a pipeline to this lake: stream, logs, queues and results. An existing
   * lake has none, because the policy of its key possibly does not allow that use.
   */
  readonly pipelineKey?: KeyReference;
  /** Lets a role read objects below the given prefixes, one or more. @default - the raw and the processed zone */
  grantRead(grantee: Grantee, prefixes?: readonly string[]): IamRolePolicy;
  /**
   * Lets a role write objects below the given prefixes, one or more. There is no default, because everything in a
   * table's folder is read as that table's data. To write to a table, see `LakeTable.grantInsert`.
   */
  grantWrite(grantee: Grantee, prefixes: readonly string[]): IamRolePolicy;
}

const grantShapes = { grantee: references.grantee, prefixes: list(text) };

export abstract class LakeBase extends Construct implements ILake {
  abstract readonly bucketName: string;
  abstract readonly bucketArn: string;
  abstract readonly zones: Zones;
  abstract readonly encryptionKey?: KeyReference;
  abstract readonly pipelineKey?: KeyReference;

  grantRead(
    grantee: Grantee,
    prefixes: readonly string[] = [this.zones.raw, this.zones.processed],
  ): IamRolePolicy {
    ({ grantee, prefixes } = shaped(this, { grantee, prefixes }, grantShapes));
    return grant(this, grantee, [
      { actions: ["s3:GetBucketLocation", "s3:ListBucket"], resources: [this.bucketArn] },
      { actions: ["s3:GetObject"], resources: this.objects(prefixes) },
      ...decryptStatements(this.encryptionKey),
    ]);
  }

  grantWrite(grantee: Grantee, prefixes: readonly string[]): IamRolePolicy {
    ({ grantee, prefixes } = shaped(this, { grantee, prefixes }, grantShapes));
    return grant(this, grantee, [
      { actions: ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], resources: [this.bucketArn] },
      {
        actions: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"],
        resources: this.objects(prefixes),
      },
      ...encryptStatements(this.encryptionKey),
    ]);
  }

  private objects(prefixes: readonly string[]): string[] {
    Problems.check(this, (problems) =>
      problems.require("prefixes", prefixes, prefixes.length > 0, "must have a prefix"),
    );
    for (const prefix of prefixes) checkPrefixOnce(this, "prefixes", prefix);
    return prefixes.map((prefix) => `${this.bucketArn}/${prefix}*`);
  }
}

/** Properties of an existing bucket. */
export interface ExistingLakeProps {
  /**
   * The bucket's customer-managed key. Grants include the key only if it is given here.
   *
   * @default - keys that S3 manages
   */
  readonly encryptionKey?: KeyReference;
  /** The lake's zones. @default - `raw/`, `processed/`, `errors/` and `athena-results/` */
  readonly zones?: Partial<Zones>;
}

const shapes: Shapes<ExistingLakeProps> = {
  encryptionKey: optional(references.key),
  zones: optional(
    object<Partial<Zones>>({
      raw: optional(text),
      processed: optional(text),
      errors: optional(text),
      results: optional(text),
    }),
  ),
};

/** A lake in a bucket that this app neither creates nor changes. */
export class ExistingLake extends LakeBase {
  readonly zones: Zones;
  readonly encryptionKey?: KeyReference;
  readonly pipelineKey?: KeyReference;

  constructor(
    scope: Construct,
    id: string,
    readonly bucketName: string,
    readonly bucketArn: string,
    known: ExistingLakeProps,
  ) {
    super(scope, id);
    known = shaped(this, known, shapes);
    this.encryptionKey = known.encryptionKey;
    this.zones = { ...zones, ...known.zones };
    Problems.check(this, (problems) => {
      checkBucketReference(problems, "bucketName", bucketName);
      checkKey(problems, "encryptionKey", known.encryptionKey);
      if (known.encryptionKey === undefined && hasCustomerManagedKey(this, this))
        problems.add(
          "encryptionKey",
          undefined,
          "the bucket has a customer-managed key, which whoever is granted its objects must be granted",
        );
      checkZones(problems.at("zones"), this.zones);
    });
  }
}
