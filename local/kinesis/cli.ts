#!/usr/bin/env -S node --import tsx
import { readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import { streamLimits } from "@streaming-data-lake/rules/limits";
import { Kinesis, listen } from "./index";

const help = `Usage: kinesis [options]

Serves Kinesis Data Streams on this machine, until Ctrl-C.

  --port NUMBER          where it listens (default 4567; 0 for any free port)
  --host ADDRESS         beyond 127.0.0.1 everybody can read and write
  --path DIR             folder that keeps everything (default: a temporary one, gone at the end)
  --region NAME          region of its ARNs (default us-east-1)
  --account-id DIGITS    account of its ARNs (default 000000000000)
  --transition-ms NUMBER how long streams stay in CREATING, UPDATING and DELETING (default 500)
  --enforce-limits       refuse what AWS refuses: rates of shards, consumers and calls
  --shard-limit NUMBER   open shards of all provisioned streams (default ${streamLimits.shardCount.maximum})
  --durability LEVEL     acknowledge a put when it is "written" (default; outlasts the end of the process)
                         or "synced" to the disk (outlasts a power failure)
  --cert FILE --key FILE certificate and key in PEM: the same port then speaks TLS too
  --help

Any credentials will do: export AWS_ENDPOINT_URL_KINESIS=http://127.0.0.1:4567
`;

class UsageError extends Error {}

const options = {
  port: { type: "string" },
  host: { type: "string" },
  path: { type: "string" },
  region: { type: "string" },
  "account-id": { type: "string" },
  "transition-ms": { type: "string" },
  "enforce-limits": { type: "boolean" },
  "shard-limit": { type: "string" },
  durability: { type: "string" },
  cert: { type: "string" },
  key: { type: "string" },
  help: { type: "boolean" },
} as const;

/** Reads the command line. Node does it, because this package needs no other one. */
function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...args], options });
    for (const [name, value] of Object.entries(values))
      if (typeof value === "string" && value.trim() === "")
        throw new UsageError(`--${name} is empty; it needs a value`);
    return values;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(usageMessage(error as NodeJS.ErrnoException));
  }
}

const more = "; --help lists what there is";

/** Turns Node's error for a wrong command line into one line in the style of the project's other commands. */
function usageMessage({ code, message }: NodeJS.ErrnoException): string {
  const [, flag = ""] = /'(?:-\w, )?(--?[\w-]+)/.exec(message) ?? [];
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") return `unknown option ${flag}${suggestion(flag) || more}`;
  if (code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL")
    return "it takes no arguments, only flags; --help lists them";
  return `${flag} ${message.includes("does not take") ? "takes no value" : "needs a value"}${more}`;
}

/** A suggestion such as `; did you mean --port?` if the flag is similar to one that there is; otherwise empty. */
function suggestion(flag: string): string {
  const [near] = Object.keys(options)
    .map((name) => ({ name, edits: editsBetween(flag.replace(/^-+/, ""), name) }))
    .filter(({ name, edits }) => edits <= Math.min(3, Math.ceil(name.length / 2)))
    .sort((one, other) => one.edits - other.edits);
  return near ? `; did you mean --${near.name}?` : "";
}

/** The fewest letters to add, remove or replace to get from one text to the other (Levenshtein's distance). */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [index, wanted] of [...other].entries())
      next.push(
        Math.min(
          (next[index] ?? 0) + 1,
          (row[index + 1] ?? 0) + 1,
          (row[index] ?? 0) + (letter === wanted ? 0 : 1),
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}

function wholeNumber(flag: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text) || Number(text) > most)
    throw new UsageError(
      `--${flag} is "${text}"; it must be a whole number from 0 to ${most.toLocaleString("en-US")}`,
    );
  return Number(text);
}

/** Refuses a path that leads to a file instead of a folder, or the other way round. */
function checkKind(flag: string, path: string | undefined, kind: "file" | "folder"): void {
  const there = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (there && there.isDirectory() !== (kind === "folder"))
    throw new UsageError(`--${flag} ${path} is a ${kind === "file" ? "folder" : "file"}, not a ${kind}`);
}

async function main(): Promise<void> {
  const flags = parse(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(help);
    return;
  }
  const { host, path, region, durability, cert, key } = flags;
  const accountId = flags["account-id"];
  if (accountId !== undefined && !/^\d{12}$/.test(accountId))
    throw new UsageError(`--account-id is "${accountId}"; it must be twelve digits`);
  if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new UsageError(`--region is "${region}"; it must be a region such as us-east-1`);
  if (durability !== undefined && durability !== "written" && durability !== "synced")
    throw new UsageError(`--durability is "${durability}"; it must be written or synced`);
  if ((cert === undefined) !== (key === undefined))
    throw new UsageError("--cert and --key must be given together");
  checkKind("path", path, "folder");
  checkKind("cert", cert, "file");
  checkKind("key", key, "file");
  const port = wholeNumber("port", flags.port, 65_535) ?? 4567;
  const kinesis = Kinesis.open({
    path,
    region,
    accountId,
    transitionMs: wholeNumber("transition-ms", flags["transition-ms"], 3_600_000),
    enforceLimits: flags["enforce-limits"],
    shardLimit: wholeNumber("shard-limit", flags["shard-limit"], 1_000_000),
    durability,
  });
  try {
    const tls =
      cert && key ? { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") } : undefined;
    const endpoint = await listen(kinesis, { port, host, tls });
    process.stdout.write(`Kinesis listens on ${endpoint.url}\n`);
    await new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
    });
    await endpoint.close();
  } finally {
    await kinesis.close();
  }
}

main().catch((error: NodeJS.ErrnoException) => {
  const taken = error.code === "EADDRINUSE";
  process.stderr.write(
    `kinesis: ${taken ? "the port is in use: choose another with --port" : error.message}\n`,
  );
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
