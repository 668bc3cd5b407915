import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { realDisk } from "../../../local/kinesis/store/disk";
import { temporaryFolder } from "../../support/folders";
import { openKinesis, openWithClock, readAll, withStream } from "../support";

async function storeWithRecords(path: string): Promise<{ readonly streamFile: string }> {
  const kinesis = await withStream(openKinesis({ path }));
  await kinesis.call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.from("kept") });
  const streamFile = join(path, "streams", kinesis.stream("s")?.state.id ?? "", "stream.json");
  await kinesis.close();
  return { streamFile };
}

describe("a folder whose files are damaged", () => {
  it("is not opened with any bit of what says which streams there are flipped, and nothing is deleted", async () => {
    const path = temporaryFolder();
    const { streamFile } = await storeWithRecords(path);
    for (const file of [join(path, "store.json"), streamFile]) {
      const whole = readFileSync(file);
      for (let bit = 0; bit < whole.length * 8; bit += 13) {
        const bytes = Buffer.from(whole);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        writeFileSync(file, bytes);
        expect(() => openKinesis({ path })).toThrow(`${file} is damaged`);
      }
      writeFileSync(file, whole);
    }
    expect((await readAll(openKinesis({ path }), "s")).map(({ Data }) => String(Data))).toEqual(["kept"]);
  });

  it("is not opened without what says which streams there are, and the records stay", async () => {
    const path = temporaryFolder();
    const { streamFile } = await storeWithRecords(path);
    const whole = readFileSync(streamFile);
    rmSync(streamFile);
    expect(() => openKinesis({ path })).toThrow(`${streamFile} is gone, and there are records of its stream`);
    writeFileSync(streamFile, whole);
    expect((await readAll(openKinesis({ path }), "s")).map(({ Data }) => String(Data))).toEqual(["kept"]);
  });

  it("is opened as an earlier version wrote it, without checksums", async () => {
    const path = temporaryFolder();
    const { streamFile } = await storeWithRecords(path);
    for (const file of [join(path, "store.json"), streamFile])
      writeFileSync(file, readFileSync(file, "utf8").split("\n")[0] ?? "");
    expect((await readAll(openKinesis({ path }), "s")).map(({ Data }) => String(Data))).toEqual(["kept"]);
  });

  it("is not opened when the disk can't read it", async () => {
    const path = temporaryFolder();
    await storeWithRecords(path);
    const disk = {
      ...realDisk,
      readFile: () => {
        throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
      },
    };
    expect(() => openKinesis({ path, disk })).toThrow("EIO");
    expect((await readAll(openKinesis({ path }), "s")).map(({ Data }) => String(Data))).toEqual(["kept"]);
  });
});

describe("a transition that the disk has no room for", () => {
  it("is completed when there is room again, with no need of a restart", async () => {
    let failures = 1;
    const troubles: string[] = [];
    const { kinesis, clock } = openWithClock({
      onTrouble: (message) => troubles.push(message),
      disk: {
        ...realDisk,
        replaceFile(path, contents, durable) {
          if (String(contents).includes('"ACTIVE"') && failures-- > 0) throw new Error("ENOSPC");
          realDisk.replaceFile(path, contents, durable);
        },
      },
    });
    await kinesis.call("CreateStream", { StreamName: "s", ShardCount: 2 });
    expect(kinesis.stream("s")?.state.status).toBe("CREATING");
    expect(troubles).toEqual(["stream s: ENOSPC; trying again"]);
    await clock.advance(1_000);
    expect(kinesis.stream("s")).toMatchObject({ openShardCount: 2, state: { status: "ACTIVE" } });
  });
});

describe("the lock of a folder", () => {
  it("is not taken from a process that runs, and leaves nothing behind when it is given back", async () => {
    const path = temporaryFolder();
    const kinesis = openKinesis({ path });
    expect(() => openKinesis({ path })).toThrow(`${path} is in use by process ${process.pid}`);
    expect(readdirSync(path).sort()).toEqual(["lock", "store.json", "streams"]);
    await kinesis.close();
    expect(readdirSync(path).sort()).toEqual(["store.json", "streams"]);
  });
});
