import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { operationsOfPage } from "../../aws/fixtures/operations-table";
import { writeStack } from "../../runner/fixtures/stack";
import { temporaryFolder } from "../../support/folders";
import { program } from "../../support/program";
import { inherited } from "../support/project";
import { describePythonClients } from "../support/requirements";
import { RunningCommand } from "./running-command";
import { walkedStack } from "./stack";

const run = promisify(execFile);
const bucket = "lab-test-000000000000";
/** What Kinesis's own suite shows, and what has no resource in this stack to show it by. */
const elsewhere =
  /^(kinesis:|s3:Get(BucketLifecycleConfiguration|BucketPolicy|BucketTagging|PublicAccessBlock)|athena:(Batch)?GetNamedQuery)/;

describePythonClients("AWS's clients in Python on one endpoint", () => {
  const folder = temporaryFolder();
  let command: RunningCommand;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const stack = writeStack(join(folder, "stack"), walkedStack);
    command = await RunningCommand.start(stack, folder);
    // The lines that it prints, as they stand.
    environment = {
      ...inherited(),
      ...command.exported(),
      AWS_CONFIG_FILE: join(folder, "none"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
      AWS_PAGER: "",
      BUCKET: bucket,
      STREAM: "lab-test-readings",
    };
  });
  afterAll(async () => {
    await command?.stop();
  });

  const aws = async (...args: readonly string[]) => {
    const { stdout } = await run("aws", args, { env: environment, cwd: folder });
    return stdout.trim();
  };

  it("answers every operation to boto3", async () => {
    const { stdout } = await run("python3", [join(__dirname, "walk.py")], { env: environment });
    const called = new Set(JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]") as string[]);
    const missing = operationsOfPage().filter((name) => !called.has(name) && !elsewhere.test(name));
    expect(missing).toEqual([]);
  });

  it("lists, copies and removes with aws s3", async () => {
    await run("sh", ["-c", "mkdir -p tree/a && echo one > tree/a/1 && echo two > tree/2"], { cwd: folder });
    await aws("s3", "cp", "--recursive", "tree", `s3://${bucket}/tree`);
    expect(await aws("s3", "ls", `s3://${bucket}/tree/`)).toMatch(/PRE a\/\n.* 4 2$/);
    await aws("s3", "sync", `s3://${bucket}/tree`, "back");
    expect((await run("cat", ["back/a/1", "back/2"], { cwd: folder })).stdout).toBe("one\ntwo\n");
    expect(await aws("s3", "ls")).toContain(bucket);
    await aws("s3", "mv", `s3://${bucket}/tree/2`, `s3://${bucket}/tree/3`);
    await aws("s3", "rm", "--recursive", `s3://${bucket}/tree`);
    expect(
      await aws("s3api", "list-objects-v2", "--bucket", bucket, "--prefix", "tree/", "--query", "Contents"),
    ).toBe("null");
  });

  // TRANSFER_MEBIBYTES=1024 takes two minutes, and shows the same.
  it("takes and gives a large object, in parts and in one piece, with no more memory than for a little one", async () => {
    const bytes = Number(process.env.TRANSFER_MEBIBYTES ?? 256) * 1024 ** 2;
    await run(
      "sh",
      ["-c", `head -c ${bytes} /dev/urandom > large && head -c ${64 * 1024 ** 2} large > little`],
      {
        cwd: folder,
      },
    );
    const inOnePiece = join(folder, "in-one-piece");
    writeFileSync(inOnePiece, "[default]\ns3 =\n  multipart_threshold = 4GB\n");
    const copy = (from: string, to: string, config = join(folder, "none")) =>
      run("aws", ["s3", "cp", "--only-show-errors", from, to], {
        env: { ...environment, AWS_CONFIG_FILE: config },
        cwd: folder,
      });
    const object = `s3://${bucket}/large/object`;
    await copy("little", object);
    await copy("little", object, inOnePiece);
    await copy(object, "returned");
    const before = command.peakMemory();
    for (const config of [undefined, inOnePiece]) {
      await copy("large", object, config);
      await copy(object, "returned");
      await run("cmp", ["large", "returned"], { cwd: folder });
    }
    const after = command.peakMemory();
    if (before !== undefined) expect(after).toBeLessThan(before + 64);
    await aws("s3", "rm", object);
  }, 600_000);

  it("asks in SQL with aws athena", async () => {
    const id = await aws(
      ...["athena", "start-query-execution", "--query-string", "SELECT 1 AS one", "--output", "text"],
      ...["--result-configuration", `OutputLocation=s3://${bucket}/results/`],
    );
    const state = () =>
      aws(
        "athena",
        "get-query-execution",
        "--query-execution-id",
        id,
        "--query",
        "QueryExecution.Status.State",
        "--output",
        "text",
      );
    await expect.poll(state, { timeout: 20_000, interval: 200 }).toBe("SUCCEEDED");
    const rows = await aws(
      ...["athena", "get-query-results", "--query-execution-id", id, "--output", "text"],
      ...["--query", "ResultSet.Rows[].Data[].VarCharValue"],
    );
    expect(rows).toBe("one\t1");
  });

  it("says who asks, and tells a role what it may not", async () => {
    expect(await aws("sts", "get-caller-identity", "--query", "Arn", "--output", "text")).toBe(
      "arn:aws:iam::000000000000:user/local",
    );
    const given = await aws(
      ...[
        "sts",
        "assume-role",
        "--role-arn",
        "arn:aws:iam::000000000000:role/nobody",
        "--role-session-name",
        "me",
      ],
      ...["--query", "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]", "--output", "text"],
    );
    const [AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN = ""] = given.split("\t");
    const asRole = { ...environment, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN };
    await expect(run("aws", ["s3", "ls", `s3://${bucket}`], { env: asRole })).rejects.toThrow(
      /AccessDenied.*assumed-role\/nobody\/me is not authorized to perform: s3:ListBucket/,
    );
  });

  it("serves the project's own producer by the same lines", async () => {
    const { stdout } = await run(
      process.execPath,
      [...program("producer/cli.ts"), "--stream", "lab-test-readings", "--count", "5", "--json", "--quiet"],
      { env: environment, cwd: join(__dirname, "../../..") },
    );
    expect(JSON.parse(stdout)).toMatchObject({ sent: 5, undelivered: 0 });
  });
});
