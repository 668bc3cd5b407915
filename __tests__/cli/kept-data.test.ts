import { describe, expect, it } from "vitest";
import { keepsData, keptBuckets } from "../../cli/destroy/kept-data";
import { synthesizePipeline } from "../support/synthesize";

describe("what a destroy says about the data", () => {
  it.each([
    [false, true],
    [true, false],
  ])("with forceDestroy %s, the stack keeps data: %s", (forceDestroy, keeps) => {
    const { document } = synthesizePipeline({ forceDestroy }, { allowDataDestruction: true });
    expect(keepsData(document)).toBe(keeps);
  });

  it("takes a bucket that does not say so for one that keeps its data", () => {
    expect(keepsData({ resource: { aws_s3_bucket: { lake: { bucket: "lake" } } } })).toBe(true);
  });

  it("knows nothing of data in a stack without a bucket", () => {
    expect(keepsData({ resource: { aws_sqs_queue: { queue: {} } } })).toBe(false);
    expect(keepsData({})).toBe(false);
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

  it("names none where there is no state", () => {
    expect(keptBuckets({ format_version: "1.0" })).toEqual([]);
    expect(keptBuckets({ values: { root_module: {} } })).toEqual([]);
  });
});
