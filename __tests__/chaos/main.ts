import { parseArgs } from "node:util";
import { killAll } from "./processes";
import { type RoundResult, runRound } from "./round";

const help = `Usage: npm run chaos -- [--rounds N] [--minutes M] [--seed S] [--lives N] [--quiet]

Runs a stack on this machine while everything goes wrong: processes are killed and stopped, writes are short, disks are
full, reads fail, bits flip, clocks jump, folders are deleted, endpoints hang and functions misbehave. After each round
every record that was acknowledged is looked for. A round that fails prints its seed.

  --rounds N   rounds, each with the next seed (default: 10, or without end with --minutes)
  --minutes M  begins no further round then
  --seed S     seed of the first round (default: by the clock)
  --lives N    lives of the runner in a round before the last one (default: 2 to 5, by the seed)
  --quiet      one line a round
`;

interface Flags {
  readonly rounds: number;
  readonly minutes: number;
  readonly seed: number;
  readonly lives: number | undefined;
  readonly quiet: boolean;
}

function parse(): Flags | "help" {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string" },
      minutes: { type: "string" },
      seed: { type: "string" },
      lives: { type: "string" },
      quiet: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const { rounds, minutes, seed, lives, quiet } = values;
  return {
    rounds: whole("--rounds", rounds) ?? (minutes === undefined ? 10 : Number.POSITIVE_INFINITY),
    minutes: whole("--minutes", minutes) ?? Number.POSITIVE_INFINITY,
    seed: whole("--seed", seed) ?? Date.now() % 1_000_000,
    lives: whole("--lives", lives),
    quiet,
  };
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new Error(`${name} must be a whole number, not "${text}"`);
  return Number(text);
}

const sums = { acknowledged: 0, lost: 0, delivered: 0, twice: 0, handled: 0, discarded: 0 };

async function main(): Promise<number> {
  const flags = parse();
  if (flags === "help") {
    process.stdout.write(help);
    return 0;
  }
  const { rounds, minutes, seed: first } = flags;
  const end = performance.now() + minutes * 60_000;
  let failures = 0;
  let seed = first;
  for (; seed < first + rounds && performance.now() < end; seed++) {
    const started = performance.now();
    const { told, problems } = await round(seed, flags);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`seed ${seed}: ${problems.length === 0 ? "ok" : "FAILED"} in ${seconds} s: ${told}`);
    for (const problem of problems) console.log(`  ${problem}`);
    if (problems.length === 0) continue;
    failures++;
    const lives = flags.lives === undefined ? "" : ` --lives ${flags.lives}`;
    console.log(`  again: npm run chaos -- --rounds 1 --seed ${seed}${lives}`);
  }
  console.log(`${seed - first} rounds, ${failures} failed: ${describe(sums)}`);
  return failures === 0 ? 0 : 1;
}

async function round(seed: number, { lives, quiet }: Flags) {
  const onStep = (line: string) => {
    if (!quiet) console.error(`  ${line}`);
  };
  try {
    const result = await runRound({ seed, lives, onStep });
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += result[key];
    return { told: describe(result), problems: result.problems };
  } catch (error) {
    return { told: "", problems: [(error as Error).message] };
  }
}

function describe(counts: Omit<RoundResult, "problems">): string {
  const { acknowledged, lost, delivered, twice, handled, discarded } = counts;
  return `${acknowledged} acknowledged, ${lost} lost; ${delivered} delivered, ${twice} again; ${handled} handled, ${discarded} discarded`;
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    killAll();
    process.exit(1);
  });

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`chaos: ${error.message}`);
    process.exit(2);
  },
);
