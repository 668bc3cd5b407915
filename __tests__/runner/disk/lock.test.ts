import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { lockFolder, lockOwner } from "../../../local/runner/folder/lock";
import { isAlive, ownIdentity } from "../../../local/runner/folder/process-start";
import { program } from "../../support/program";
import { temporaryFolder } from "../fixtures/harness";

/** A process of its own that holds the lock of a folder, or says that it could not get it. */
async function holder(dir: string): Promise<{ process: ChildProcess; answer: string }> {
  const [runner = "", ...entry] = program(join(__dirname, "../fixtures/lock-holder.ts"));
  const child = fork(runner, [...entry, dir], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [answer] = await once(child, "message");
  return { process: child, answer: String(answer) };
}

describe("a process", () => {
  it("is known by its id and its start", () => {
    const own = ownIdentity();
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, started: "" })).toBe(true);
    if (process.platform !== "win32") expect(isAlive({ ...own, started: "another time" })).toBe(false);
    expect(isAlive({ pid: 2 ** 22 + 1, started: "" })).toBe(false);
  });

  it("that is stopped is alive, and that was killed is not, also before it is waited for", async () => {
    const child = spawn("sleep", ["60"]);
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const pid = child.pid ?? 0;
    child.kill("SIGSTOP");
    expect(isAlive({ pid, started: "" })).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isAlive({ pid, started: "" })).toBe(false);
  });
});

describe("the lock of a folder", () => {
  it("is held by one, and can be had again when that one has let go", () => {
    const dir = temporaryFolder();
    const lock = lockFolder(dir);
    expect(() => lockFolder(dir)).toThrow(`a runner (pid ${process.pid}) is already running on ${dir}`);
    lock.release();
    lockFolder(dir).release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it("stays with a runner that is stopped, and passes on from one that was killed", async () => {
    const dir = temporaryFolder();
    const { process: first } = await holder(dir);
    first.kill("SIGSTOP");
    await sleep(100);
    expect(() => lockFolder(dir)).toThrow(`a runner (pid ${first.pid}) is already running`);
    expect(lockOwner(dir)).toMatchObject({ pid: first.pid });
    first.kill("SIGKILL");
    await once(first, "exit");
    expect(lockOwner(dir)).toBeUndefined();
    const lock = lockFolder(dir);
    expect(lockOwner(dir)).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it("is let go by its owner alone", () => {
    const dir = temporaryFolder();
    const lock = lockFolder(dir);
    const path = join(dir, "runner.lock");
    const other = readFileSync(path, "utf8").replace(/"token":"[^"]*"/, '"token":"another"');
    writeFileSync(path, other);
    lock.release();
    expect(readFileSync(path, "utf8")).toBe(other);
  });

  it("is had by one of many that find the lock of a killed one at once", async () => {
    const dir = temporaryFolder();
    const left = { pid: 2 ** 22 + 1, started: "", token: "left" };
    writeFileSync(join(dir, "runner.lock"), JSON.stringify(left));
    const answers = (await Promise.all(Array.from({ length: 4 }, () => holder(dir)))).map(
      ({ answer }) => answer,
    );
    expect(answers.filter((answer) => answer === "mine")).toHaveLength(1);
    for (const answer of answers)
      expect(answer).toMatch(/^mine$|^a runner \(pid \d+\) is already running|^another runner is starting/);
    expect(readdirSync(dir)).toEqual(["runner.lock"]);
  });

  it("that can't be read is no free folder", () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, "runner.lock"), '{"pid":');
    expect(() => lockFolder(dir)).toThrow(
      `${join(dir, "runner.lock")} can't be read: delete it if no runner works there`,
    );
    expect(existsSync(join(dir, "runner.lock"))).toBe(true);
  });

  it("of an earlier version counts while its process is there", () => {
    const dir = temporaryFolder();
    const path = join(dir, "runner.lock");
    writeFileSync(path, JSON.stringify({ pid: process.pid, status: "http://127.0.0.1:1/" }));
    expect(() => lockFolder(dir)).toThrow("is already running");
    writeFileSync(path, JSON.stringify({ pid: 2 ** 22 + 1, status: "http://127.0.0.1:1/" }));
    lockFolder(dir).release();
  });
});
