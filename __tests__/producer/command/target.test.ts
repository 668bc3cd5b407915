import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { parseArguments } from "../../../producer/command/args";
import { findTarget } from "../../../producer/command/target";
import { temporaryFolder } from "../../support/folders";

function folderWith(path: string, content: unknown): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  return folder;
}

const target = (folder: string, ...args: string[]) => findTarget(parseArguments(args), folder);

describe("with --local the target", () => {
  const running = {
    pid: process.pid,
    region: "eu-west-1",
    endpoint: "http://127.0.0.1:9",
    streams: ["one"],
    buckets: {},
  };

  it("is the runner's stream", () => {
    expect(target(folderWith(".local/runtime.json", running), "--local")).toEqual({
      streamName: "one",
      region: "eu-west-1",
      endpoint: "http://127.0.0.1:9",
      profile: undefined,
    });
  });

  it("may be in another folder", () => {
    const folder = folderWith("elsewhere/runtime.json", running);
    expect(target(folder, "--local", "--dir", "elsewhere").streamName).toBe("one");
  });

  it("is chosen by name when the runner has several", () => {
    const folder = folderWith(".local/runtime.json", { ...running, streams: ["one", "two"] });
    expect(() => target(folder, "--local")).toThrow("Choose a stream with --stream; it has one, two");
    expect(target(folder, "--local", "--stream", "two").streamName).toBe("two");
    expect(() => target(folder, "--local", "--stream", "three")).toThrow("The runner has no stream three");
  });

  it("is missed in one line when no runner is running, or it is gone, or its file is broken", () => {
    expect(() => target(temporaryFolder(), "--local")).toThrow(
      /^No runner is running here .*: start one first, with npm run local or npx lake$/,
    );
    const gone = folderWith(".local/runtime.json", { ...running, pid: 2 ** 22 + 1 });
    expect(() => target(gone, "--local")).toThrow(/^The runner of .* is gone \(process 4194305\)/);
    expect(() => target(folderWith(".local/runtime.json", "{"), "--local")).toThrow(/can't be read/);
    expect(() => target(folderWith(".local/runtime.json", {}), "--local")).toThrow(/has no pid/);
  });
});

describe("without a stream named, the target", () => {
  const file = "cdktf.out/stacks/sensor-lake/cdk.tf.json";
  const stack = (value: string, name: unknown = "readings") => ({
    provider: { aws: [{ region: "eu-central-1" }] },
    resource: { aws_kinesis_stream: { ingest_1A: { name } } },
    output: { stream_name: { value } },
  });

  it.each([
    ["a name", stack("readings")],
    ["a reference", stack("${aws_kinesis_stream.ingest_1A.name}")],
  ])("is what the synthesized stack's output stream_name says: %s", (_, content) => {
    expect(target(folderWith(file, content))).toMatchObject({
      streamName: "readings",
      region: "eu-central-1",
    });
  });

  it("is in the region that is named", () => {
    expect(target(folderWith(file, stack("readings")), "--region", "us-west-2").region).toBe("us-west-2");
  });

  it("is missed in one line when no stack is synthesized, or its output can't be read", () => {
    expect(() => target(temporaryFolder())).toThrow(/^No stack is synthesized in .*synthesize it first/);
    const unknown = stack("${aws_kinesis_stream.ingest_1A.name}", "${var.name}");
    expect(() => target(folderWith(file, unknown))).toThrow(/name the stream with --stream$/);
  });
});

describe("the endpoint", () => {
  const asked = (environment: Readonly<Record<string, string>>, ...args: string[]) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    return target(temporaryFolder(), "--stream", "s", ...args).endpoint;
  };

  it("is that of the environment, as for all of AWS's clients", () => {
    expect(asked({ AWS_ENDPOINT_URL: "http://127.0.0.1:4566" })).toBe("http://127.0.0.1:4566");
    expect(asked({ AWS_ENDPOINT_URL_KINESIS: "http://127.0.0.1:1" })).toBe("http://127.0.0.1:1");
  });

  it("is the option's before that of the environment", () => {
    expect(asked({ AWS_ENDPOINT_URL: "http://127.0.0.1:4566" }, "--endpoint", "http://127.0.0.1:2")).toBe(
      "http://127.0.0.1:2",
    );
  });

  it("is AWS's where the environment's is to be ignored", () => {
    const ignoring = {
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
    };
    expect(asked(ignoring)).toBeUndefined();
  });
});
