import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { StateFile } from "../../../local/runner/files/state-file";
import { temporaryFolder } from "../../support/folders";
import { SmallDisk } from "../fixtures/small-disk";

const shape = z.object({ count: z.int(), text: z.string().optional() });

function open(path: string, troubles: string[] = []) {
  return StateFile.open({
    path,
    shape,
    initial: (): z.infer<typeof shape> => ({ count: 0 }),
    onTrouble: (message) => troubles.push(message),
  });
}

function saved(counts: readonly number[]): string {
  const path = join(temporaryFolder(), "state");
  const state = open(path);
  for (const count of counts) {
    state.value.count = count;
    state.save();
  }
  state.close();
  return path;
}

describe("a state file", () => {
  it("is new before the first save, and then has the value that was saved last", () => {
    const path = join(temporaryFolder(), "deep", "state");
    const state = open(path);
    expect(state.isNew).toBe(true);
    for (let count = 1; count <= 5; count++) {
      state.value.count = count;
      state.save({ durable: count % 2 === 0 });
      expect(open(path)).toMatchObject({ isNew: false, value: { count } });
    }
    state.close();
  });

  // Every byte of what is written, and some of what only fills up the block.
  const rooms = [...Array(160).keys(), ...Array.from({ length: 60 }, (_, index) => 160 + 65 * index)];

  it("keeps the last save however few bytes the disk has left, and saves again once it has room", () => {
    const path = saved([1, 2, 3]);
    const disk = SmallDisk.with(0);
    const state = open(path);
    state.value.count = 4;
    for (const room of rooms) {
      disk.room = room;
      expect(() => state.save()).toThrow("ENOSPC");
      expect(open(path).value.count).toBe(3);
    }
    disk.room = 4096;
    state.save();
    expect(open(path).value.count).toBe(4);
    state.close();
  });

  it("contains one whole save after each byte of the next one that is written", () => {
    const path = join(temporaryFolder(), "state");
    const disk = SmallDisk.with(1_000_000);
    const state = open(path);
    for (const count of [1, 2, 3, 4]) {
      state.value.count = count;
      state.save();
    }
    state.value.count = 5;
    for (const room of rooms) {
      disk.room = room;
      expect(() => state.save()).toThrow("ENOSPC");
      expect([4, 5]).toContain(open(path).value.count);
    }
    disk.room = 4096;
    state.save();
    expect(open(path).value.count).toBe(5);
    state.close();
  });

  it("takes no further room once both slots are there", () => {
    const path = saved([1, 2, 3, 4, 5]);
    expect([0, 1].map((slot) => statSync(`${path}.${slot}`).size)).toEqual([4096, 4096]);
  });

  it("falls back to the save before when any bit of the last one has flipped, and says so", () => {
    const path = saved([1, 2]);
    const last = `${path}.0`;
    const whole = readFileSync(last);
    const length = whole.indexOf("\n") + 1;
    for (let bit = 0; bit < 8 * length; bit++) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(last, flipped);
      const troubles: string[] = [];
      expect(open(path, troubles).value.count).toBe(1);
      expect(troubles).toHaveLength(1);
    }
  });

  it.each(["", "{", "null", "[]", '{"serial":1}', '{"serial":1,"value":{"count":"many"}}'])(
    "that holds %j in both slots is damaged, not new",
    (content) => {
      const path = saved([1, 2]);
      for (const slot of [0, 1]) writeFileSync(`${path}.${slot}`, content);
      expect(() => open(path)).toThrow(
        `${path} is damaged, so it isn't known how far the last run came: delete ${path}.0 and ${path}.1 to have everything read again that the stream still holds, or start over with --reset`,
      );
    },
  );

  it("that a later version has written is not read", () => {
    const path = join(temporaryFolder(), "state");
    const content = [2, 7, { count: 7 }] as const;
    const checksum = createHash("sha256").update(JSON.stringify(content)).digest("hex");
    writeFileSync(`${path}.1`, `${JSON.stringify({ format: 2, checksum, serial: 7, value: content[2] })}\n`);
    expect(() => open(path)).toThrow("was written by a later version of the runner (format 2)");
  });

  it("reads what an earlier version has saved", () => {
    const path = join(temporaryFolder(), "state");
    writeFileSync(`${path}.0`, '{"serial":8,"value":{"count":8}}\n');
    writeFileSync(`${path}.1`, '{"serial":7,"value":{"count":7}}\n{"rest');
    expect(open(path).value.count).toBe(8);
  });

  it("goes on when someone has deleted it", () => {
    const path = join(temporaryFolder(), "checkpoints", "state");
    const state = open(path);
    for (const count of [1, 2, 3]) {
      state.value.count = count;
      state.save();
    }
    rmSync(dirname(path), { recursive: true });
    state.value.count = 4;
    state.save();
    expect(open(path).value.count).toBe(4);
    expect(existsSync(`${path}.0`)).toBe(true);
    state.close();
  });
});
