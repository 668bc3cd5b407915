import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepsData, keptBuckets, keysOf, losesData, scheduledDeletion } from "../../cli/destroy/kept-data";
import { type ReadStack, readStack } from "../../terraform/index";
import { temporaryFolder } from "../support/folders";
import { synthesizePipeline } from "../support/synthesize";

const folder = temporaryFolder();

function written(document: unknown): ReadStack {
  const file = join(folder, "cdk.tf.json");
  writeFileSync(file, JSON.stringify(document));
  return readStack(file);
}

describe("what a destroy says about the data", () => {
  it.each([
    [false, true],
    [true, false],
  ])("with forceDestroy %s, the stack keeps data: %s, and else loses it", (forceDestroy, keeps) => {
    const { document } = synthesizePipeline({ forceDestroy }, { allowDataDestruction: true });
    expect(keepsData(written(document))).toBe(keeps);
    expect(losesData(written(document))).toBe(!keeps);
  });

  it("takes a bucket that does not say so for one that keeps its data", () => {
    expect(keepsData(written({ resource: { aws_s3_bucket: { lake: { bucket: "lake" } } } }))).toBe(true);
  });

  it("knows nothing of data in a stack without a bucket", () => {
    expect(keepsData(written({ resource: { aws_sqs_queue: { queue: {} } } }))).toBe(false);
    expect(keepsData(written({}))).toBe(false);
    expect(losesData(written({}))).toBe(false);
  });

  it("names the buckets in the state that are deleted only when empty", () => {
    const resource = (type: string, values: object) => ({ type, values });
    const resources = [
      resource("aws_s3_bucket", { bucket: "kept", force_destroy: false }),
      resource("aws_s3_bucket", { bucket: "emptied", force_destroy: true }),
      resource("aws_sqs_queue", { name: "queue" }),
    ];
    expect(keptBuckets({ values: { root_module: { resources } } })).toEqual(["kept"]);
  });

  it("names the keys in the state, and how one is saved whose deletion was scheduled", () => {
    const resources = [
      { type: "aws_kms_key", values: { key_id: "1234abcd", deletion_window_in_days: 7 } },
      { type: "aws_kms_key", values: { key_id: "5678cdef", deletion_window_in_days: null } },
      { type: "aws_kms_alias", values: { name: "alias/lake" } },
    ];
    const keys = keysOf({ values: { root_module: { resources } } });
    expect(keys).toEqual([
      { id: "1234abcd", days: 7 },
      { id: "5678cdef", days: 30 },
    ]);
    expect(keys.map(scheduledDeletion)[0]).toMatch(
      /^the key 1234abcd is gone in 7 days.* aws kms cancel-key-deletion --key-id 1234abcd && aws kms enable-key --key-id 1234abcd$/,
    );
  });

  it("names none where there is no state", () => {
    expect(keptBuckets({ format_version: "1.0" })).toEqual([]);
    expect(keptBuckets({ values: { root_module: {} } })).toEqual([]);
  });
});
