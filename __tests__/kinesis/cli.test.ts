import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folders";
import { program } from "../support/program";
import { openKinesis, rawRequest, readAll, target } from "./support";

const cli = join(__dirname, "..", "..", "local", "kinesis", "cli.ts");

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(
  args: readonly string[],
  onOutput: (text: string, kill: () => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [...program(cli), ...args]);
  let out = "";
  let err = "";
  child.stdout.on("data", (data: Buffer) => {
    out += data;
    onOutput(out, () => child.kill("SIGTERM"));
  });
  child.stderr.on("data", (data: Buffer) => {
    err += data;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

describe("the command", () => {
  it("serves until it is told to end, and keeps what it was given", async () => {
    const path = temporaryFolder();
    const ended = await run(["--port", "0", "--path", path, "--transition-ms", "0"], async (out, kill) => {
      const port = Number(/^Kinesis listens on http:\/\/127\.0\.0\.1:(\d+)\n$/.exec(out)?.[1]);
      const call = (operation: string, input: object) =>
        rawRequest(port, JSON.stringify(input), target(operation));
      await call("CreateStream", { StreamName: "s", ShardCount: 1 });
      await call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: "aGVsbG8=" });
      kill();
    });
    expect(ended).toMatchObject({ code: 0, err: "" });
    const kinesis = openKinesis({ path });
    expect((await readAll(kinesis, "s")).map(({ Data }) => String(Data))).toEqual(["hello"]);
  });

  it("says in one line what is wrong with its flags, and ends with 2", async () => {
    const wrong: [string[], string][] = [
      [["--prot", "1"], "unknown option --prot; did you mean --port?"],
      [["--acount", "1"], "unknown option --acount; --help lists what there is"],
      [["--account-di=1"], "unknown option --account-di; did you mean --account-id?"],
      [["-h"], "unknown option -h; --help lists what there is"],
      [["--port"], "--port needs a value; --help lists what there is"],
      [["--port", "--host"], "--port needs a value; --help lists what there is"],
      [["--enforce-limits=1"], "--enforce-limits takes no value; --help lists what there is"],
      [["--path="], "--path is empty; it needs a value"],
      [["--path", "README.md"], "--path README.md is a file, not a folder"],
      [["--cert", ".", "--key", "."], "--cert . is a folder, not a file"],
      [["4567"], "it takes no arguments, only flags; --help lists them"],
      [["--port", "x"], '--port is "x"; it must be a whole number from 0 to 65,535'],
      [["--port", "70000"], '--port is "70000"; it must be a whole number from 0 to 65,535'],
      [["--account-id", "1"], '--account-id is "1"; it must be twelve digits'],
      [["--region", "nowhere"], '--region is "nowhere"; it must be a region such as us-east-1'],
      [["--durability", "none"], '--durability is "none"; it must be written or synced'],
      [["--cert", "x"], "--cert and --key must be given together"],
    ];
    for (const [args, message] of wrong) {
      const { code, err } = await run(args);
      expect(err).toMatch(/^kinesis: [^\n]*\n$/);
      expect(err).toContain(message);
      expect(code).toBe(2);
    }
  });

  it("says that a folder or port is in use, and ends with 1", async () => {
    const path = temporaryFolder();
    openKinesis({ path });
    expect(await run(["--port", "0", "--path", path])).toMatchObject({
      code: 1,
      err: `kinesis: ${path} is in use by process ${process.pid}: stop it, or choose another folder\n`,
    });
  });
});
