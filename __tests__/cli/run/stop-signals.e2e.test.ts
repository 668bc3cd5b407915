import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../support/folders";
import { program } from "../../support/program";

const ctrlC = "\u0003";

class Started {
  said = "";

  constructor(readonly child: ChildProcess) {
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    child.stdout?.on("data", (chunk) => {
      this.said += chunk;
    });
  }

  says(text: string, timeout = 10_000): Promise<void> {
    return expect.poll(() => this.said, { timeout, interval: 20 }).toContain(text);
  }
}

interface Place {
  /** The shell of npm's scripts; without one, the process is started without npm. */
  readonly shell?: string | undefined;
  readonly terminal: boolean;
  /** Milliseconds. */
  readonly busy: number;
}

function start({ shell, terminal, busy }: Place): Started {
  const folder = temporaryFolder();
  const command = [process.execPath, ...program("__tests__/cli/run/signalled.ts")]
    .map((part) => `'${part}'`)
    .join(" ");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ scripts: { it: command } }));
  const { npm_execpath: _, ...env } = process.env;
  const npm = shell !== undefined;
  const line = npm ? "npm run it" : `exec ${command}`;
  const [name, args] = terminal
    ? (["script", ["-qefc", line, "/dev/null"]] as const)
    : (["sh", ["-c", npm ? `exec ${line}` : line]] as const);
  return new Started(
    spawn(name, args, {
      cwd: folder,
      env: { ...env, BUSY: String(busy), ...(npm && { npm_config_script_shell: shell }) },
    }),
  );
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

describe.each([
  ["by itself", undefined],
  ["by npm, whose child is a shell", "sh"],
  ["by npm as its child, which npm sends each Ctrl-C again", "bash"],
])("a command that was started %s", (_, shell) => {
  it("takes one Ctrl-C of a terminal as one", async () => {
    const process = start({ shell, terminal: true, busy: 0 });
    await process.says("idle");
    process.child.stdin?.write(ctrlC);
    await process.says("first");
    await pause(1_500);
    expect(process.said).not.toContain("second");
  }, 60_000);

  it("takes two as two, however soon the second follows", async () => {
    const process = start({ shell, terminal: true, busy: 0 });
    await process.says("idle");
    process.child.stdin?.write(ctrlC);
    await process.says("first");
    // The system delivers two signals as one where the first has not arrived yet. npm may not have sent its own yet.
    if (shell === "bash") await process.says("first\r\nsignal", 1_000).catch(() => {});
    process.child.stdin?.write(ctrlC);
    await process.says("second");
  }, 60_000);

  it("takes two that come while it is busy as two", async () => {
    const process = start({ shell, terminal: true, busy: 4_000 });
    await process.says("busy");
    process.child.stdin?.write(ctrlC);
    // npm has to have sent its own by then: the system delivers signals that wait together as one.
    await pause(1_500);
    process.child.stdin?.write(ctrlC);
    await process.says("second");
  }, 60_000);

  it("takes one that comes while it is busy as one", async () => {
    const process = start({ shell, terminal: true, busy: 1_500 });
    await process.says("busy");
    process.child.stdin?.write(ctrlC);
    await process.says("first");
    await pause(1_500);
    expect(process.said).not.toContain("second");
  }, 60_000);

  it.skipIf(shell === "sh")(
    "takes two signals without a terminal as two, while it is busy",
    async () => {
      const process = start({ shell, terminal: false, busy: 1_500 });
      await process.says("busy");
      process.child.kill("SIGINT");
      await pause(100);
      process.child.kill("SIGINT");
      await process.says("second");
    },
    60_000,
  );
});
