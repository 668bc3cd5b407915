import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../support/folders";
import { polling, runCommand, startCommand } from "../support/command";
import { EmbeddedKinesis } from "../support/embedded";
import { FaultServer } from "../support/fault-server";

let kinesis: EmbeddedKinesis;
beforeAll(async () => {
  kinesis = await EmbeddedKinesis.start();
});
afterAll(() => kinesis.stop());

describe("the command", () => {
  it("stopped in the middle, has what it took on the stream or in the spool file, which can be sent again", async () => {
    const stream = await kinesis.newStream();
    const folder = temporaryFolder();
    const lines = Array.from({ length: 8_000 }, (_, at) => `{"device":"device-${at % 10}","number":${at}}`);
    writeFileSync(join(folder, "lines.ndjson"), lines.join("\n"));
    const proxy = await FaultServer.start(kinesis.endpoint, 1, {
      entryFailure: 0.05,
      cutAfter: 0.02,
      delayMs: 20,
      shardLimits: { recordsPerSecond: 400, bytesPerSecond: 1e6 },
    });
    const target = (endpoint: string) => [
      "--key",
      "device",
      "--stream",
      stream,
      "--endpoint",
      endpoint,
      "--json",
    ];
    const { child, finished } = startCommand(folder, [
      ...["--file", "lines.ndjson", "--deadline", "0.5", "--spool", "spool.ndjson"],
      ...target(proxy.endpoint),
    ]);
    await vi.waitUntil(() => proxy.stored >= 300, polling);
    child.kill("SIGTERM");
    const result = await finished;
    await proxy.stop();

    const summary = JSON.parse(result.stdout);
    expect(result.code).toBe(1);
    expect(summary).toMatchObject({ stoppedBy: "SIGTERM", spool: "spool.ndjson" });
    const taken = lines.slice(0, summary.sent + summary.undelivered);
    expect(taken.length).toBeLessThan(lines.length);
    const spooled = readFileSync(join(folder, "spool.ndjson"), "utf8").trimEnd().split("\n");
    expect(spooled).toHaveLength(summary.undelivered);
    const stored = async () => (await kinesis.read(stream)).map(({ data }) => data.toString().trimEnd());
    expect(new Set([...(await stored()), ...spooled])).toEqual(new Set(taken));

    const again = await runCommand(folder, ["--file", "spool.ndjson", ...target(kinesis.endpoint)]);
    expect(again.code).toBe(0);
    expect(new Set(await stored())).toEqual(new Set(taken));
  }, 60_000);

  it("tells every few seconds how far it is when nobody watches, without a terminal's control characters", async () => {
    const stream = await kinesis.newStream(1);
    const { child, finished } = startCommand(temporaryFolder(), [
      ...["--continuous", "--rate", "20", "--stream", stream, "--endpoint", kinesis.endpoint],
    ]);
    const line = await new Promise<string>((resolve) => {
      child.stderr?.once("data", (chunk) => resolve(String(chunk)));
    });
    child.kill("SIGINT");
    await finished;
    expect(line).toMatch(/^\d+ sent · \d+\/s · 1 shard · \d+ waiting · \d calls in flight\n$/);
  });

  it("tells why it tries again when that begins, and in its summary what was given up and why", async () => {
    const stream = await kinesis.newStream(1);
    const folder = temporaryFolder();
    const proxy = await FaultServer.start(kinesis.endpoint, 1, { entryFailure: 1 });
    const result = await runCommand(folder, [
      ...["--count", "5", "--stream", stream, "--endpoint", proxy.endpoint],
      ...["--ttl", "4", "--spool", "spool.ndjson"],
    ]);
    await proxy.stop();
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /^Calls have failed for \d s: InternalFailure: .*; each record is tried again for 4 s\n(?:0 of 5 sent .*\n)*$/,
    );
    expect(result.stdout).toMatch(
      /; 5 undelivered, kept in spool\.ndjson \(Not delivered within its time to live: InternalFailure: .*\)\.\n$/,
    );
  });

  it("ends at once on a second signal, with what it could not deliver in the spool file", async () => {
    const stream = await kinesis.newStream(1);
    const folder = temporaryFolder();
    const proxy = await FaultServer.start(kinesis.endpoint, 1, { entryFailure: 1 });
    const { child, finished } = startCommand(folder, [
      ...["--count", "50", "--stream", stream, "--endpoint", proxy.endpoint],
      ...["--deadline", "600", "--spool", "spool.ndjson", "--json"],
    ]);
    await vi.waitUntil(() => proxy.met.entryFailure, polling);
    const stopped = performance.now();
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGINT");
    const result = await finished;
    await proxy.stop();
    expect(performance.now() - stopped).toBeLessThan(10_000);
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject({ sent: 0, undelivered: 50, stoppedBy: "SIGINT" });
    expect(readFileSync(join(folder, "spool.ndjson"), "utf8").trimEnd().split("\n")).toHaveLength(50);
  });
});
