import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultServer } from "../producer/support/fault-server";
import { writeStack } from "../runner/fixtures/stack";
import { BadEndpoint } from "./bad-endpoint";
import { type Damage, damage } from "./damage";
import type { FaultPlan } from "./faults";
import { badKinds, handler } from "./handler";
import { killAll, ProducerProcess, RunnerProcess } from "./processes";
import { Random } from "./random";
import { type Place, processesIn, type Reconciled, reconcile } from "./reconcile";

export interface RoundOptions {
  readonly seed: number;
  /** Lives of the runner before the last, undisturbed one. @default 2 to 5, by the seed */
  readonly lives?: number;
  /** Told what is done, one line each. */
  readonly onStep: (line: string) => void;
}

export interface RoundResult extends Reconciled {
  readonly acknowledged: number;
}

/** What makes a runner read again what it has delivered. */
const repeats: readonly Damage["what"][] = ["a slot", "both slots", "checkpoints"];

/**
 * One round of chaos, the same decisions for the same seed: a stack, a function with bad moments, producers, and a
 * runner that lives several times, each with faults of its own and a violent end, and once more in peace. Then every
 * record that was acknowledged is looked for.
 *
 * How far the processes come between two decisions is up to the machine.
 */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const folder = mkdtempSync(join(tmpdir(), "chaos-"));
  const round = new Round(folder, options);
  try {
    return await round.run();
  } finally {
    await round.stop();
    if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true });
  }
}

const streamName = "lab-test-readings";
/** What the runner may say when it does not start: one line, of a fault that it was given. */
const expectedRefusals = /EIO|ENOSPC|No space left/;
const damagedStore = /^the streams in \S+ can't be opened: (\S+) is damaged/;
const damagedState =
  /^(\S+) is damaged, so it isn't known how far the last run came: delete (\S+) and (\S+) to/;

class Round {
  private readonly random: Random;
  private readonly acknowledged = new Map<string, Place>();
  private readonly problems: string[] = [];
  private readonly dir: string;
  private readonly events: string;
  private readonly stack: string;
  private readonly kinds: readonly string[];
  private readonly aggregate: boolean;
  /** A Kinesis that lives on while runners come and go, behind a bad line; the runner's own without it. */
  private outside:
    | { readonly kinesis: RunnerProcess; readonly endpoint: string; readonly line: BadEndpoint }
    | undefined;
  private producers = 0;
  /** No runner has started on the folder yet: its consumers are made by the next one. */
  private isFresh = true;
  /** Records may be in the stream or in the lake twice: an answer was lost, or what was known of the deliveries. */
  private mayRepeat = false;
  /** What a user would put back from a copy. */
  private spoiled: Damage["spoiled"];

  constructor(
    private readonly folder: string,
    private readonly options: RoundOptions,
  ) {
    const random = new Random(options.seed);
    this.random = random;
    this.dir = join(folder, ".local");
    this.events = join(folder, "events");
    this.aggregate = random.chance(0.3);
    const bad = Array.from({ length: random.between(1, 3) }, () => random.pick(badKinds));
    this.kinds = [...Array<string>(random.between(60, 200)).fill("good"), "misfit", ...bad];
    this.stack = writeStack(join(folder, "stack"), {
      handler,
      stream: { shard_count: random.between(1, 3) },
      fn: { timeout: 1, environment: { variables: { EVENTS: this.events } } },
      mapping: {
        batch_size: random.pick([5, 20, 100]),
        parallelization_factor: random.pick([1, 1, 3]),
        maximum_retry_attempts: 1,
        bisect_batch_on_function_error: true,
      },
      s3: {
        buffering_interval: random.pick([0, 1, 300]),
        s3_backup_configuration: {
          bucket_arn: "${aws_s3_bucket.lake.arn}",
          prefix: "raw/",
          buffering_interval: random.pick([1, 2]),
          compression_format: random.pick(["GZIP", "UNCOMPRESSED"]),
        },
      },
    });
  }

  async run(): Promise<RoundResult> {
    const { random } = this;
    if (random.chance(0.3)) await this.startOutside();
    const lives = this.options.lives ?? random.between(2, 5);
    for (let life = 0; life < lives; life++) {
      await this.live(life, life + 1 < lives);
      this.apply(damage(this.dir, random, false));
    }
    this.step("the last life, in peace");
    const last = await this.start(undefined);
    const discrepancies = await last.finish();
    this.problems.push(...discrepancies.map((line) => `counts do not add up: ${line}`));
    await this.noProcessIsLeft();
    const result = await reconcile(this.acknowledged, this.dir, this.events);
    if (result.twice > 0 && !this.mayRepeat)
      this.problems.push(`${result.twice} records were delivered twice, for no reason`);
    return {
      ...result,
      problems: [...this.problems, ...result.problems],
      acknowledged: this.acknowledged.size,
    };
  }

  async stop(): Promise<void> {
    killAll();
    await this.outside?.line.stop();
  }

  private step(line: string): void {
    this.options.onStep(line);
  }

  private apply({ what, spoiled }: Damage): void {
    this.spoiled = spoiled;
    this.mayRepeat ||= repeats.includes(what);
    if (what !== "nothing") this.step(`damaged: ${what}`);
  }

  private async startOutside(): Promise<void> {
    const { random } = this;
    this.step("a Kinesis outside of the runner, behind a bad line");
    // Any runner of a stack that is nothing but the stream serves it.
    const stack = writeStack(join(this.folder, "outside"), {
      only: { aws_kinesis_stream: { readings: { name: streamName, shard_count: random.between(1, 3) } } },
    });
    const kinesis = RunnerProcess.start({ stack, dir: join(this.folder, ".outside") });
    const answer = await kinesis.started();
    if (!("endpoint" in answer)) throw new Error(`the Kinesis outside did not start: ${answer.refused}`);
    const line = await BadEndpoint.start(answer.endpoint, new Random(random.seed()), 0.05);
    this.outside = { kinesis, endpoint: answer.endpoint, line };
  }

  /** One life of the runner, with its faults, its producers and its end. */
  private async live(life: number, mayLoseFolder: boolean): Promise<void> {
    const { random } = this;
    const faults = random.chance(0.75) ? this.faults() : undefined;
    const ends = ["kill", "kill", "kill", "kill", "finish", "finish"] as const;
    const end = random.pick(mayLoseFolder ? [...ends, "no folder", "no streams"] : ends);
    const incidents = random.between(0, 2);
    this.step(`life ${life + 1}: ${JSON.stringify(faults ?? "no faults")}, ends by ${end}`);
    const runner = await this.start(faults);
    const endpoint = this.outside?.endpoint ?? this.endpoint;
    const line = await this.producerLine(endpoint);
    let producer = await this.produce(line?.endpoint ?? endpoint);
    for (let incident = 0; incident < incidents; incident++) {
      await sleep(random.between(50, 500));
      switch (random.pick(["stop", "folder", "producer"])) {
        case "stop":
          await this.stopForAWhile(runner);
          break;
        case "folder":
          this.apply(damage(this.dir, random, true));
          break;
        default:
          this.step("the producer is killed, another begins");
          await producer.kill();
          producer = await this.produce(line?.endpoint ?? endpoint);
      }
    }
    await sleep(random.between(50, 1_500));
    if (end === "kill") await runner.kill();
    await producer.kill();
    if (end === "finish") await runner.finish();
    if (end === "no folder") await this.delete(this.dir, runner);
    if (end === "no streams") {
      if (this.outside) await runner.kill();
      else await this.delete(join(this.dir, "kinesis"), runner);
    }
    await line?.stop();
    await this.noProcessIsLeft();
  }

  /** Deletes a folder that a runner can't work without: it ends by itself, with a line that says so. */
  private async delete(folder: string, runner: RunnerProcess): Promise<void> {
    // At once, since the runner makes files there meanwhile.
    renameSync(folder, `${folder}.gone`);
    rmSync(`${folder}.gone`, { recursive: true });
    const lost = await runner.lost();
    if (lost !== `${folder} was deleted while the runner worked there`)
      this.problems.push(`a runner without ${folder}: ${lost}`);
    if (existsSync(folder)) this.problems.push(`${folder} was made again by a runner that ended`);
    // What was stored there is gone, and so is what was known of it.
    this.acknowledged.clear();
    rmSync(this.dir, { recursive: true, force: true });
    this.isFresh = true;
    rmSync(this.events, { force: true });
  }

  private endpoint = "";

  private faults(): FaultPlan {
    const { random } = this;
    const often = (most: number) => (random.chance(0.6) ? random.next() * most : 0);
    return {
      seed: random.seed(),
      atStart: random.chance(0.3),
      shortWrites: often(0.5),
      fullDisks: often(0.02),
      readErrors: often(0.2),
      renameErrors: often(0.1),
      // A stream that is not new is read from the moment at which its consumer was made, which a wrong clock can't tell.
      clockHours: random.chance(0.4) && !this.isFresh ? 10 : 0,
    };
  }

  /** Starts a runner; one that its faults keep from starting says so in one line, and is started again. */
  private async start(faults: FaultPlan | undefined): Promise<RunnerProcess> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const runner = RunnerProcess.start({
        stack: this.stack,
        dir: this.dir,
        kinesisEndpoint: this.outside?.line.endpoint,
        faults: attempt < 5 ? faults && { ...faults, seed: faults.seed + attempt } : undefined,
      });
      const answer = await runner.started();
      if ("endpoint" in answer) {
        if (this.spoiled) this.problems.push(`a runner started with a damaged ${this.spoiled.path}`);
        this.endpoint = answer.endpoint;
        this.isFresh = false;
        return runner;
      }
      await runner.exited;
      if (this.spoiled && damagedStore.exec(answer.refused)?.[1] === this.spoiled.path) {
        this.step("damaged beyond repair: put back from a copy");
        writeFileSync(this.spoiled.path, this.spoiled.contents);
        this.spoiled = undefined;
        continue;
      }
      const [, , ...slots] = damagedState.exec(answer.refused) ?? [];
      if (slots.length > 0) {
        this.step("damaged beyond repair: deleted, as the line says");
        for (const slot of slots) rmSync(slot, { force: true });
      } else if (!this.isExpected(answer.refused)) {
        throw new Error(`the runner did not start: ${answer.refused}`);
      }
    }
    throw new Error("the runner did not start at 20 attempts");
  }

  private isExpected(refused: string): boolean {
    if (refused.startsWith("not for a user")) return false;
    return (
      expectedRefusals.test(refused) || (this.outside !== undefined && /Kinesis|socket|ECONN/.test(refused))
    );
  }

  /** What is between the producer and its endpoint, if anything. */
  private async producerLine(endpoint: string): Promise<FaultServer | BadEndpoint | undefined> {
    const { random } = this;
    const kind = random.pick(["none", "none", "faults", "bad"]);
    if (kind === "none") return undefined;
    this.mayRepeat = true;
    if (kind === "bad") return BadEndpoint.start(endpoint, new Random(random.seed()), 0.05);
    return FaultServer.start(endpoint, random.seed(), {
      internalError: 0.02,
      callThrottle: 0.02,
      cutBefore: 0.02,
      cutAfter: 0.02,
      entryFailure: 0.01,
      delayMs: 50,
    });
  }

  /** Starts a producer, and waits for its first acknowledged record. */
  private async produce(endpoint: string): Promise<ProducerProcess> {
    const { random } = this;
    let first = () => {};
    const begun = new Promise<void>((resolve) => {
      first = resolve;
    });
    const producer = ProducerProcess.start(
      {
        endpoint,
        streamName,
        aggregate: this.aggregate,
        name: `p${this.producers++}`,
        kinds: this.kinds,
        perSecond: random.pick([100, 400, 1_000]),
      },
      ([id, ...place]) => {
        this.acknowledged.set(id, place);
        first();
      },
    );
    await Promise.race([begun, sleep(20_000)]);
    return producer;
  }

  /** A runner that is stopped keeps its folder: another one is refused. */
  private async stopForAWhile(runner: RunnerProcess): Promise<void> {
    this.step("the runner is stopped for a while");
    this.mayRepeat = true;
    runner.signal("SIGSTOP");
    const other = RunnerProcess.start({ stack: this.stack, dir: this.dir });
    const answer = await other.started();
    if (!("refused" in answer) || !answer.refused.includes(`(pid ${runner.pid}) is already running`))
      this.problems.push(`a second runner on the folder of a stopped one: ${JSON.stringify(answer)}`);
    if ("endpoint" in answer) await other.kill();
    await other.exited;
    runner.signal("SIGCONT");
  }

  private async noProcessIsLeft(): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (processesIn(this.dir).length > 0) {
      if (performance.now() > deadline) {
        this.problems.push(
          `processes ${processesIn(this.dir)} work on in the folder of a runner that has ended`,
        );
        return;
      }
      await sleep(100);
    }
    const locks = (existsSync(this.dir) ? readdirSync(this.dir) : []).filter((name) =>
      name.startsWith("runner.lock."),
    );
    if (locks.length > 0) this.problems.push(`left behind: ${locks}`);
  }
}
