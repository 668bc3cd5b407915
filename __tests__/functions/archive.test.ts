import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KinesisStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type UnpackedArchive, unpackArchive } from "../../bench/handler/archive";
import { aggregate } from "../support/aggregate";
import { event, reading, total } from "./support";

/**
 * What Lambda's runtime does with the archive: load `index.handler`, hand it an event and a context, take the answer.
 * A look at the remaining time takes a millisecond of it.
 */
const runtime = `
  const { handler } = require("./index.js");
  const { event, looks } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  let left = looks;
  const context = { awsRequestId: "request-1", getRemainingTimeInMillis: () => left-- };
  handler(event, context).then((response) => console.log(JSON.stringify({ response })));
`;

describe("the deployed archive", () => {
  let archive: UnpackedArchive;
  beforeAll(() => {
    archive = unpackArchive();
  });
  afterAll(() => archive.remove());

  function run(event: KinesisStreamEvent, environment: object = {}, looks = 60_000) {
    const child = spawnSync(process.execPath, ["--enable-source-maps", "-e", runtime], {
      cwd: archive.folder,
      env: { ALERT_THRESHOLD_CELSIUS: "30", ...environment },
      input: JSON.stringify({ event, looks }),
      encoding: "utf8",
      timeout: 20_000,
    });
    return { status: child.status, stdout: child.stdout, stderr: child.stderr };
  }
  const lines = (text: string): Record<string, unknown>[] =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  it("is one file under 150 kB with its source map beside it", () => {
    expect(readdirSync(archive.folder).sort()).toEqual(["index.js", "index.js.map"]);
    expect(archive.entryBytes).toBeLessThan(150_000);
    const map = JSON.parse(readFileSync(join(archive.folder, "index.js.map"), "utf8"));
    expect(map.sources).toContainEqual(expect.stringContaining("functions/process-readings/index.ts"));
  });

  it("answers an event in a process of its own", () => {
    const recent = (changes: object) => reading({ timestamp: new Date().toISOString(), ...changes });
    const { status, stdout, stderr } = run(
      event(recent({}), "{", aggregate([recent({ sensor_id: "hot", temperature: 35 }), recent({})])),
      { METRICS_NAMESPACE: "deployed", SERVICE_NAME: "deployed-function" },
    );
    const output = lines(stdout);
    expect(output.pop()).toEqual({ response: { batchItemFailures: [] } });
    expect(total(output, "ReadingsProcessed")).toBe(3);
    expect(total(output, "ReadingsRejected")).toBe(1);
    expect(output[0]?._aws).toMatchObject({ CloudWatchMetrics: [{ Namespace: "deployed" }] });
    expect(lines(stderr)).toEqual([
      expect.objectContaining({ message: "Record rejected", service: "deployed-function" }),
      expect.objectContaining({ message: "High temperature", sensor_id: "hot" }),
    ]);
    expect(status).toBe(0);
  });

  it("returns what it has no time for", () => {
    const batch = event(...Array<string>(200).fill(reading()));
    const { stdout } = run(batch, {}, 100);
    const output = lines(stdout);
    const { response } = output.pop() as { response: { batchItemFailures: { itemIdentifier: string }[] } };
    const [failure] = response.batchItemFailures;
    const at = batch.Records.findIndex(({ kinesis }) => kinesis.sequenceNumber === failure?.itemIdentifier);
    expect(at).toBe(90);
    expect(total(output, "ReadingsProcessed")).toBe(at);
  });

  it("does not start with a setting that is wrong, and says which", () => {
    const { status, stdout, stderr } = run(event(), { ALERT_THRESHOLD_CELSIUS: "warm" });
    expect(status).not.toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      'process-readings: ALERT_THRESHOLD_CELSIUS is "warm" but must be a number from -90 to 60',
    );
  });
});
