import { defineCommand, flag, runAlone, wholeNumber } from "@streaming-data-lake/command";
import { killAll } from "./processes";
import { type RoundResult, runRound } from "./round";

const any = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const command = defineCommand(
  "chaos",
  "npm run chaos --",
  "Runs a stack on this machine while everything goes wrong: processes are killed and stopped, writes are short, disks " +
    "are full, reads fail, bits flip, clocks jump, folders are deleted, endpoints hang and functions misbehave. After " +
    "each round every record that was acknowledged is looked for. A round that fails prints its seed.",
)
  .addOption(
    flag("--rounds <n>", "rounds, each with the next seed (default: 10, or no end with --minutes)", any),
  )
  .addOption(flag("--minutes <n>", "begins no further round then", any))
  .addOption(flag("--seed <n>", "seed of the first round (default: by the clock)", any))
  .addOption(
    flag(
      "--lives <n>",
      "lives of the runner in a round before the last one (default: 2 to 5, by the seed)",
      any,
    ),
  )
  .addOption(flag("--quiet", "one line a round"));

interface Flags {
  readonly rounds?: number;
  readonly minutes?: number;
  readonly seed?: number;
  readonly lives?: number;
  readonly quiet?: true;
}

const sums = { acknowledged: 0, lost: 0, delivered: 0, twice: 0, handled: 0, discarded: 0 };

async function run(): Promise<number> {
  const flags = command.opts<Flags>();
  const { minutes = Number.POSITIVE_INFINITY, seed: first = Date.now() % 1_000_000 } = flags;
  const { rounds = flags.minutes === undefined ? 10 : Number.POSITIVE_INFINITY } = flags;
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

void runAlone({ command, run }).then(() => process.exit());
