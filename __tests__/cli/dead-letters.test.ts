import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { runCli } from "./support";

const letter = JSON.stringify({
  destination: null,
  requestContext: {
    functionArn: "arn:aws:lambda:us-east-1:000000000000:function:process",
    condition: "RetryAttemptsExhausted",
    approximateInvokeCount: 3,
  },
  timestamp: "2024-01-15T10:30:00.000Z",
  KinesisBatchInfo: { shardId: "shardId-000000000000", startSequenceNumber: "495", batchSize: 1 },
});

describe("dead-letters", () => {
  it("lists what was discarded, without the piece of a line that a kill has left", async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, "dead-letters.ndjson"), `${letter}\n${letter.slice(0, 40)}`);
    const { code, stdout } = await runCli(["dead-letters", "--dir", dir]);
    expect(code).toBe(0);
    expect(stdout.match(/RetryAttemptsExhausted/g)).toHaveLength(1);
    expect((await runCli(["dead-letters", "--dir", dir, "--json"])).stdout).toBe(`${letter}\n`);
  });

  it("says so when nothing was discarded", async () => {
    expect(await runCli(["dead-letters", "--dir", temporaryFolder()])).toMatchObject({
      code: 0,
      stdout: "nothing was discarded\n",
    });
  });
});
