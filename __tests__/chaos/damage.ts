import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "./random";

/** What was done to a runner's folder, and whether records may be delivered again for it. */
export type Damage =
  | "none"
  | "a slot"
  | "both slots"
  | "checkpoints"
  | "spool"
  | "functions"
  | "logs"
  | "torn line";

/** Damages the folder of a runner that does not run, or only what may be deleted while it runs. */
export function damage(dir: string, random: Random, isRunning: boolean): Damage {
  const kind = isRunning
    ? random.pick<Damage>(["checkpoints", "spool", "logs"])
    : random.pick<Damage>([
        "none",
        "a slot",
        "a slot",
        "both slots",
        "checkpoints",
        "spool",
        "functions",
        "logs",
        "torn line",
      ]);
  if (kind === "a slot" || kind === "both slots") return damageSlots(join(dir, "checkpoints"), random, kind);
  if (kind === "torn line") appendFileSync(join(dir, "dead-letters.ndjson"), '{"requestContext":{"con');
  else if (kind !== "none") rmSync(join(dir, kind), { recursive: true, force: true });
  return kind;
}

function damageSlots(folder: string, random: Random, kind: Damage): Damage {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const [first, ...others] = names;
  if (first === undefined) return "none";
  const chosen = random.pick([first, ...others]);
  const state = chosen.replace(/\.[01]$/, "");
  const other = names.find((name) => name !== chosen && name.startsWith(state));
  for (const name of kind === "both slots" ? [chosen, other] : [chosen])
    if (name) flipBit(join(folder, name), random);
  // Of a state that was saved once there is but one slot.
  return other ? kind : "both slots";
}

/** Flips a bit of what is written, not of what only fills up the block. */
function flipBit(path: string, random: Random): void {
  const bytes = readFileSync(path);
  const length = bytes.indexOf("\n");
  if (length <= 0) return;
  const at = random.between(0, length - 1);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7));
  writeFileSync(path, bytes);
}
