import { parseArgs } from "node:util";
import { killAll } from "./processes";
import { runRound } from "./round";

const help = `Usage: npm run chaos -- [--rounds N] [--seed S] [--lives N] [--quiet]

Runs a stack on this machine while everything goes wrong: processes are killed and stopped, writes are short, disks are
full, reads fail, bits flip, clocks jump, folders are deleted, endpoints hang and functions misbehave. After each round
every record that was acknowledged is looked for. A round that fails prints its seed.

  --rounds N   rounds, each with the next seed (default: 10)
  --seed S     seed of the first round (default: by the clock)
  --lives N    lives of the runner in a round before the last one (default: 2 to 5, by the seed)
  --quiet      one line a round
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "10" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      lives: { type: "string" },
      quiet: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const rounds = whole("--rounds", values.rounds);
  const first = whole("--seed", values.seed);
  const lives = values.lives === undefined ? undefined : whole("--lives", values.lives);
  const onStep = (line: string) => {
    if (!values.quiet) console.error(`  ${line}`);
  };
  let failures = 0;
  for (let seed = first; seed < first + rounds; seed++) {
    const started = performance.now();
    const problems: string[] = [];
    let told = "";
    try {
      const { acknowledged, delivered, twice, handled, givenUp, ...result } = await runRound({
        seed,
        lives,
        onStep,
      });
      problems.push(...result.problems);
      told = `${acknowledged} acknowledged, ${delivered} delivered (${twice} again), ${handled} handled, ${givenUp} given up`;
    } catch (error) {
      problems.push((error as Error).message);
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`seed ${seed}: ${problems.length === 0 ? "ok" : "FAILED"} in ${seconds} s: ${told}`);
    for (const problem of problems) console.log(`  ${problem}`);
    if (problems.length === 0) continue;
    failures++;
    const flags = lives === undefined ? "" : ` --lives ${lives}`;
    console.log(`  again: npm run chaos -- --rounds 1 --seed ${seed}${flags}`);
  }
  console.log(`${rounds} rounds, ${failures} failed`);
  return failures === 0 ? 0 : 1;
}

function whole(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${name} must be a whole number, not "${text}"`);
  return Number(text);
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
