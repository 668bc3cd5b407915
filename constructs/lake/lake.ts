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

/** A bucket with its zones, made by this app or by another. */
export interface ILake {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly zones: Zones;
  /** Customer-managed key of the objects. A grant on the objects includes the key. */
  readonly encryptionKey?: KeyReference;
  /**
   * Customer-managed key that a pipeline to this lake uses for its other parts as well: stream, logs, queues, results.
   * An existing lake's key is not used for them, because its policy may not allow it.
   */
  readonly pipelineKey?: KeyReference;
  /** Lets a role read objects below the prefixes, one at least. @default - raw and processed */
  grantRead(grantee: Grantee, prefixes?: readonly string[]): IamRolePolicy;
  /**
   * Lets a role write objects below the prefixes, one at least. There is no default, because what a role may put into a
   * table's folder is read as that table: see `LakeTable.grantInsert`.
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

/** What is known of a bucket that exists. */
export interface ExistingLakeProps {
  /** The bucket's customer-managed key, without which no grant has it. @default - encrypted with keys that S3 manages */
  readonly encryptionKey?: KeyReference;
  /** The lake's areas. @default - `raw/`, `processed/`, `errors/` and `athena-results/` */
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

/** A bucket that this app does not make, and leaves as it is. */
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
