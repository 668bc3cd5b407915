import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Random } from "./random";

const afterDeath = [
  "nothing",
  "a slot",
  "a slot",
  "both slots",
  "checkpoints",
  "spool",
  "functions",
  "logs",
  "a torn line",
  "the store's file",
  "the stream's file",
  "an index",
  "a torn segment",
] as const;

/** What may be deleted while a runner works there. */
const inLife = ["checkpoints", "spool", "functions", "logs"] as const;

/** What was done to a runner's folder. */
export interface Damage {
  readonly what: (typeof afterDeath)[number] | (typeof inLife)[number];
  /** A file without which no runner may start, and what it held before. */
  readonly spoiled?: { readonly path: string; readonly contents: Buffer };
}

/** Damages the folder of a runner that does not run, or only what may be deleted while it runs. */
export function damage(dir: string, random: Random, isRunning: boolean): Damage {
  const what = isRunning ? random.pick(inLife) : random.pick(afterDeath);
  const kinesis = join(dir, "kinesis");
  switch (what) {
    case "nothing":
      return { what };
    case "a slot":
    case "both slots":
      return damageSlots(join(dir, "checkpoints"), random, what);
    case "a torn line":
      appendFileSync(join(dir, "dead-letters.ndjson"), '{"requestContext":{"con');
      return { what };
    case "the store's file":
      return spoil(what, join(kinesis, "store.json"), random);
    case "the stream's file":
      return spoil(what, filesBelow(kinesis).find((path) => path.endsWith("stream.json")) ?? "", random);
    case "an index": {
      const index = filesBelow(kinesis).find((path) => path.endsWith(".index"));
      if (index && random.chance(0.5)) flipBit(index, random, statSync(index).size);
      else if (index) rmSync(index);
      return { what };
    }
    case "a torn segment": {
      const segment = filesBelow(kinesis).findLast((path) => path.endsWith(".log"));
      // The beginning of a frame that a kill has cut off.
      if (segment) appendFileSync(segment, Buffer.from("KDS1\xff\x00\x00\x00 and so on", "latin1"));
      return { what };
    }
    default:
      remove(join(dir, what));
      return { what };
  }
}

/** At once, since a runner may make files there meanwhile. */
function remove(path: string): void {
  if (!existsSync(path)) return;
  renameSync(path, `${path}.gone`);
  rmSync(`${path}.gone`, { recursive: true });
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .sort();
}

function spoil(what: Damage["what"], path: string, random: Random): Damage {
  if (!existsSync(path)) return { what: "nothing" };
  const contents = readFileSync(path);
  if (random.chance(0.5)) flipBit(path, random, contents.length);
  // Behind its first line it is as an earlier version wrote it.
  else truncateSync(path, random.between(0, contents.indexOf("\n") - 1));
  return { what, spoiled: { path, contents } };
}

function damageSlots(folder: string, random: Random, what: "a slot" | "both slots"): Damage {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const [first, ...others] = names;
  if (first === undefined) return { what: "nothing" };
  const chosen = random.pick([first, ...others]);
  const state = chosen.replace(/\.[01]$/, "");
  const other = names.find((name) => name !== chosen && name.startsWith(state));
  for (const name of what === "both slots" ? [chosen, other] : [chosen]) {
    const path = join(folder, name ?? "");
    // Of what is written, not of what only fills up the block.
    if (name) flipBit(path, random, readFileSync(path).indexOf("\n"));
  }
  // Of a state that was saved once there is but one slot.
  return { what: other ? what : "both slots" };
}

/** Flips a bit among the first bytes. */
function flipBit(path: string, random: Random, length: number): void {
  if (length <= 0) return;
  const bytes = readFileSync(path);
  const at = random.between(0, length - 1);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7));
  writeFileSync(path, bytes);
}
