import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/folders";
import { program } from "../../support/program";
import { openKinesis, rawRequest, readAll, target, withStream } from "../support";

const cli = join(__dirname, "..", "..", "..", "local", "kinesis", "cli.ts");
const rounds = Number(process.env.KILLS ?? 8);

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

function start(folder: string): Promise<Running> {
  const child = spawn(
    process.execPath,
    [...program(cli), "--port", "0", "--path", folder, "--transition-ms", "0"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (data: Buffer) => {
      const port = /:(\d+)\s*$/.exec(data.toString().trim())?.[1];
      if (port) resolve({ child, port: Number(port) });
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}`)));
  });
}

describe("kill -9 under load", () => {
  it("loses no acknowledged record, at whatever moment it comes", async () => {
    const folder = temporaryFolder();
    const acknowledged = new Map<string, string>();
    let put = 0;
    for (let round = 0; round < rounds; round++) {
      const { child, port } = await start(folder);
      if (round === 0)
        await rawRequest(port, JSON.stringify({ StreamName: "s", ShardCount: 3 }), target("CreateStream"));
      const exited = new Promise((resolve) => child.once("exit", resolve));
      // From the first answer on, so that a slow machine is killed under load too.
      let answered = false;
      const noteAnswer = () => {
        if (!answered) setTimeout(() => child.kill("SIGKILL"), (round * 137) % 500);
        answered = true;
      };
      const producer = async () => {
        for (;;) {
          const Records = Array.from({ length: 1 + (put % 40) }, () => {
            const text = `${put++} ${"x".repeat((put * 31) % 900)}`;
            return { PartitionKey: text.slice(0, 8), Data: Buffer.from(text).toString("base64"), text };
          });
          let answer: Awaited<ReturnType<typeof rawRequest>>;
          try {
            answer = await rawRequest(
              port,
              JSON.stringify({
                StreamName: "s",
                Records: Records.map(({ PartitionKey, Data }) => ({ PartitionKey, Data })),
              }),
              target("PutRecords"),
            );
          } catch {
            return;
          }
          const { Records: results } = JSON.parse(answer.body.toString()) as {
            Records: { SequenceNumber: string }[];
          };
          for (const [i, { SequenceNumber }] of results.entries())
            acknowledged.set(Records[i]?.text ?? "", SequenceNumber);
          noteAnswer();
        }
      };
      await Promise.all(Array.from({ length: 6 }, producer));
      await exited;
    }
    expect(acknowledged.size).toBeGreaterThan(rounds);
    const cuts: string[] = [];
    const kinesis = openKinesis({ path: folder, onTrouble: (message) => cuts.push(message) });
    const stored = new Map<string, string>();
    const numbers: bigint[] = [];
    for (const shard of kinesis.stream("s")?.shards ?? []) {
      let last = 0n;
      for (const { Data, SequenceNumber } of await readAll(kinesis, "s", shard.id)) {
        stored.set(Data.toString(), SequenceNumber);
        expect(BigInt(SequenceNumber)).toBeGreaterThan(last);
        last = BigInt(SequenceNumber);
        numbers.push(last);
      }
    }
    for (const [text, number] of acknowledged) expect(stored.get(text)).toBe(number);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const message of cuts) expect(message).toContain("ended in an unfinished write");
  }, 300_000);

  it("at any byte of a write under way leaves what came before", async () => {
    const folder = temporaryFolder();
    const first = await withStream(openKinesis({ path: folder }));
    for (let i = 0; i < 30; i++)
      await first.call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.from(`record ${i}`) });
    const log = join(folder, "streams", first.stream("s")?.state.id ?? "", "0");
    await first.close();
    const path = join(log, readdirSync(log).find((name) => name.endsWith(".log")) ?? "");
    const whole = statSync(path).size / 30;
    for (let cut = statSync(path).size; cut > statSync(path).size - 3 * whole; cut -= 7) {
      truncateSync(path, cut);
      const kinesis = openKinesis({ path: folder, onTrouble: () => {} });
      const texts = (await readAll(kinesis, "s")).map(({ Data }) => String(Data));
      const complete = Math.floor(cut / whole);
      expect(texts).toEqual(Array.from({ length: complete }, (_, i) => `record ${i}`));
      await kinesis.close();
      if (complete < 28) break;
    }
  });
});
