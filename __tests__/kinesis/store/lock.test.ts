import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { lockOwner, takeLock } from "../../../local/kinesis/store/lock";
import { isAlive, ownIdentity } from "../../../local/kinesis/store/process-identity";
import { temporaryFolder } from "../../support/folders";
import { program } from "../../support/program";

/** A process of its own that holds a lock, or says that it could not get it. */
async function holder(path: string): Promise<{ process: ChildProcess; answer: string }> {
  const [runner = "", ...entry] = program(join(__dirname, "lock-holder.ts"));
  const child = fork(runner, [...entry, path], {
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

describe("a lock", () => {
  const newPath = () => join(temporaryFolder(), "lock");
  const nobody = 2 ** 22 + 1;

  it("is held by one, and can be had again when that one has let go", () => {
    const path = newPath();
    const release = takeLock(path);
    expect(() => takeLock(path)).toThrow(`process ${process.pid} holds the lock`);
    release();
    takeLock(path)();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it("stays with a process that is stopped, and passes on from one that was killed", async () => {
    const path = newPath();
    const { process: first } = await holder(path);
    first.kill("SIGSTOP");
    expect(() => takeLock(path)).toThrow(`process ${first.pid} holds the lock`);
    expect(lockOwner(path)).toMatchObject({ pid: first.pid });
    first.kill("SIGKILL");
    await once(first, "exit");
    expect(lockOwner(path)).toBeUndefined();
    const release = takeLock(path);
    expect(lockOwner(path)).toMatchObject({ pid: process.pid });
    release();
  });

  it("is let go by its owner alone", () => {
    const path = newPath();
    const release = takeLock(path);
    const other = readFileSync(path, "utf8").replace(/"token":"[^"]*"/, '"token":"another"');
    writeFileSync(path, other);
    release();
    expect(readFileSync(path, "utf8")).toBe(other);
  });

  it("is had by one of many that find the lock of a killed one at once", async () => {
    const path = newPath();
    writeFileSync(path, JSON.stringify({ pid: nobody, started: "", token: "left" }));
    const holders = await Promise.all(Array.from({ length: 4 }, () => holder(path)));
    const answers = holders.map(({ answer }) => answer);
    expect(answers.filter((answer) => answer === "mine")).toHaveLength(1);
    for (const answer of answers)
      expect(answer).toMatch(/^mine$|^process \d+ holds the lock|^another process is starting/);
    expect(readdirSync(dirname(path))).toEqual(["lock"]);
  });

  it.each(['{"pid":', "null", "{}", ""])("that holds %j is not free", (text) => {
    const path = newPath();
    writeFileSync(path, text);
    expect(() => takeLock(path)).toThrow(`${path} can't be read: delete it if no process works there`);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("of a process of unknown start counts while there is one of that number", () => {
    const path = newPath();
    writeFileSync(path, JSON.stringify({ pid: process.pid }));
    expect(() => takeLock(path)).toThrow("holds the lock");
    writeFileSync(path, JSON.stringify({ pid: nobody }));
    takeLock(path)();
  });
});
