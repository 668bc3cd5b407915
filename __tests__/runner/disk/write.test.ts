import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appendLines, GrowingFile, replaceFile } from "../../../local/runner/files/write";
import { FunctionLog } from "../../../local/runner/lambda/process/function-log";
import { temporaryFolder } from "../../support/folders";
import { SmallDisk } from "../fixtures/small-disk";

const text = "0123456789\n";

describe("a growing file", () => {
  it("contains only whole chunks, however little space there is", async () => {
    const folder = temporaryFolder();
    const disk = SmallDisk.with(0);
    for (let room = 0; room < 2 * text.length; room++) {
      const file = new GrowingFile(join(folder, String(room)));
      disk.room = room;
      const done: string[] = [];
      for (const chunk of ["a".repeat(text.length), "b".repeat(text.length)])
        await file.append(chunk).then(
          () => done.push(chunk),
          () => {},
        );
      expect(file.bytes).toBe(done.join("").length);
      disk.room = 100;
      await file.append("and more");
      await file.finish();
      await file.close();
      expect(readFileSync(file.path, "utf8")).toBe(`${done.join("")}and more`);
    }
  });

  it("forgets what is cut", async () => {
    const file = new GrowingFile(join(temporaryFolder(), "file"));
    await file.append("one,two,three");
    file.cut(3);
    await file.finish();
    await file.close();
    expect(readFileSync(file.path, "utf8")).toBe("one");
  });

  it("is put back with all its bytes when someone has deleted it", async () => {
    const folder = join(temporaryFolder(), "spool");
    const file = new GrowingFile(join(folder, "file"));
    const megabytes = "x".repeat(3 * 1024 * 1024);
    await file.append(megabytes);
    rmSync(folder, { recursive: true });
    await file.append("end");
    await file.finish();
    expect(readFileSync(file.path, "utf8")).toBe(`${megabytes}end`);
    await file.close();
  });
});

describe("lines that are appended", () => {
  it("are written together or not at all, however little space there is", () => {
    const path = join(temporaryFolder(), "lines");
    const disk = SmallDisk.with(0);
    appendLines(path, "");
    for (let room = 0; room < text.length; room++) {
      disk.room = room;
      expect(() => appendLines(path, text)).toThrow("ENOSPC");
      expect(readFileSync(path, "utf8")).toBe("");
    }
    disk.room = text.length;
    appendLines(path, text);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("follow the last whole line: a partial line that a kill has left is cut off", () => {
    const path = join(temporaryFolder(), "lines");
    writeFileSync(path, `one\n${"piece".repeat(50_000)}`);
    appendLines(path, "two\n");
    expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
  });
});

describe("a file that is replaced", () => {
  it("is either old or new, however little space there is, and leaves no other file", () => {
    const folder = temporaryFolder();
    const path = join(folder, "file");
    replaceFile(path, "old");
    const disk = SmallDisk.with(0);
    for (let room = 0; room < text.length; room++) {
      disk.room = room;
      expect(() => replaceFile(path, text)).toThrow("ENOSPC");
      expect(readFileSync(path, "utf8")).toBe("old");
      expect(readdirSync(folder)).toEqual(["file"]);
    }
    disk.room = text.length;
    replaceFile(path, text);
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});

describe("the log of a function", () => {
  it("loses only lines when the disk is full, and says so once", () => {
    const path = join(temporaryFolder(), "logs", "function.log");
    const troubles: string[] = [];
    const log = new FunctionLog(path, (message) => troubles.push(message));
    const disk = SmallDisk.with(30);
    log.write(["first"]);
    for (let count = 0; count < 100; count++) log.write([`${count}`.padEnd(100), "more"]);
    disk.room = 1_000;
    log.write(["again"]);
    log.close();
    log.write(["too late"]);
    expect(readFileSync(path, "utf8")).toBe("first\n200 lines could not be written\nagain\n");
    expect(troubles).toEqual([expect.stringMatching(/function\.log: ENOSPC.*; lines are left out$/)]);
  });

  it("is made again when someone has deleted it", () => {
    const path = join(temporaryFolder(), "logs", "function.log");
    const log = new FunctionLog(path, () => {});
    log.write(["one"]);
    rmSync(join(path, ".."), { recursive: true });
    log.write(["two"]);
    expect(readFileSync(path, "utf8")).toBe("two\n");
  });

  it("goes on at its end when someone has emptied it or written to it", () => {
    const path = join(temporaryFolder(), "function.log");
    const log = new FunctionLog(path, () => {});
    log.write(["one"]);
    writeFileSync(path, "");
    log.write(["two"]);
    appendFileSync(path, "by hand\n");
    log.write(["three"]);
    log.close();
    expect(readFileSync(path, "utf8")).toBe("two\nby hand\nthree\n");
  });
});
