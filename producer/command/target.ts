import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { UsageError } from "@streaming-data-lake/command";
import { endpointOfEnvironment } from "../core/calls/endpoint";
import type { Arguments } from "./args";

/** The stream that records are sent to. */
export interface Target {
  readonly streamName: string;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
}

/** The stream that the arguments name, or that of a folder's runner or synthesized stack. @throws UsageError */
export function findTarget(args: Arguments, folder = "."): Target {
  const { stream, region, endpoint = endpointOfEnvironment(), profile } = args;
  if (args.local) return runnerTarget(isAbsolute(args.dir) ? args.dir : join(folder, args.dir), stream);
  if (stream !== undefined) return { streamName: stream, region, endpoint, profile };
  const stack = stackTarget(join(folder, "cdktf.out", "stacks"));
  return { streamName: stack.streamName, region: region ?? stack.region, endpoint, profile };
}

const startOne = "start one first, with npm run local or npx lake";

function runnerTarget(dir: string, stream: string | undefined): Target {
  const file = join(dir, "runtime.json");
  if (!existsSync(file)) throw new UsageError(`No runner is running here (there is no ${file}): ${startOne}`);
  const runtime = readJson(file);
  const { pid, region, endpoint, streams } = runtime;
  if (typeof pid !== "number" || typeof endpoint !== "string" || !Array.isArray(streams))
    throw new UsageError(`${file} has no pid, endpoint and streams`);
  if (!isAlive(pid)) throw new UsageError(`The runner of ${file} is gone (process ${pid}): ${startOne}`);
  const names = streams.map(String);
  const streamName = stream ?? (names.length === 1 ? names[0] : undefined);
  if (streamName === undefined || !names.includes(streamName))
    throw new UsageError(
      `${stream === undefined ? "Choose a stream with --stream" : `The runner has no stream ${stream}`}; it has ${names.join(", ") || "none"}`,
    );
  return { streamName, region: String(region), endpoint, profile: undefined };
}

/** Whether there is a process with this id, including one that this user has no permission to signal. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function stackTarget(stacks: string): Pick<Target, "streamName" | "region"> {
  const files = existsSync(stacks)
    ? readdirSync(stacks)
        .map((name) => join(stacks, name, "cdk.tf.json"))
        .filter((file) => existsSync(file))
    : [];
  const [file] = files;
  if (file === undefined)
    throw new UsageError(
      `No stack is synthesized in ${stacks}: synthesize it first, or give --stream or --local`,
    );
  if (files.length > 1)
    throw new UsageError(`${stacks} holds ${files.length} stacks: choose a stream with --stream`);
  const stack = readJson(file);
  const streamName = resolveText(stack, at(stack, "output", "stream_name", "value"));
  if (streamName === undefined)
    throw new UsageError(
      `The output stream_name of ${file} can't be read here: name the stream with --stream`,
    );
  const provider = at(stack, "provider", "aws");
  return {
    streamName,
    region: resolveText(stack, at(Array.isArray(provider) ? provider[0] : provider, "region")),
  };
}

/** A text, or the text that a reference such as `${type.name.attribute}` stands for in the same stack. */
function resolveText(stack: unknown, value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const [, type, name, attribute] = /^\$\{(\w+)\.([\w-]+)\.(\w+)\}$/.exec(value) ?? [];
  if (type && name && attribute) return resolveText(stack, at(stack, "resource", type, name, attribute));
  return value.includes("${") ? undefined : value;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path)
    found =
      typeof found === "object" && found !== null ? (found as Record<string, unknown>)[name] : undefined;
  return found;
}

function readJson(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${(error as Error).message}`);
  }
  throw new UsageError(`${file} is not a JSON object`);
}
