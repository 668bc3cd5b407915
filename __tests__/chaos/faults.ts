import { type Disk, realDisk } from "../../local/kinesis/store/disk";
import { disk } from "../../local/runner/files/disk";
import { Random } from "./random";

/** What goes wrong inside a runner's process, drawn from a seed. */
export interface FaultPlan {
  readonly seed: number;
  /** Faults begin before the runner starts, and not when it has. */
  readonly atStart: boolean;
  /** Of writes: less is written than was asked for. */
  readonly shortWrites: number;
  /** Of writes: the beginning of a time without room on the disk. */
  readonly fullDisks: number;
  /** Of reads of a state or of the stream: the disk can't. */
  readonly readErrors: number;
  /** Of replacements of a file: refused. */
  readonly renameErrors: number;
  /** The clock jumps now and then, by up to so many hours to either side. */
  readonly clockHours: number;
}

const fullMilliseconds = 300;

/** Puts the faults into this process, below the runner and below its Kinesis. They begin at once and do not end. */
export function injectFaults(plan: FaultPlan): void {
  const faults = new Faults(plan);
  damageRunnerDisk(faults);
  damageKinesisDisk(faults);
  if (plan.clockHours > 0) jumpClock(new Random(plan.seed + 1), plan.clockHours);
}

class Faults {
  private readonly random: Random;
  private fullUntil = 0;
  private readonly now = performance.now.bind(performance);

  constructor(private readonly plan: FaultPlan) {
    this.random = new Random(plan.seed);
  }

  /** How many of the bytes find room. @throws ENOSPC when none does. */
  room(bytes: number): number {
    const { random, plan } = this;
    if (this.now() < this.fullUntil) fail("ENOSPC", "write");
    if (random.chance(plan.fullDisks)) this.fullUntil = this.now() + random.between(1, fullMilliseconds);
    return bytes > 1 && random.chance(plan.shortWrites) ? random.between(1, bytes - 1) : bytes;
  }

  read(): void {
    if (this.random.chance(this.plan.readErrors)) fail("EIO", "read");
  }

  rename(): void {
    if (this.random.chance(this.plan.renameErrors)) fail("EIO", "rename");
  }
}

function fail(code: string, what: string): never {
  throw Object.assign(new Error(`${code}: chaos, ${what}`), { code });
}

function damageRunnerDisk(faults: Faults): void {
  const whole = { ...disk };
  disk.write = (file, bytes, offset, position) =>
    whole.write(file, bytes.subarray(0, offset + faults.room(bytes.length - offset)), offset, position);
  disk.writeSync = (file, bytes, offset, position) =>
    whole.writeSync(file, bytes.subarray(0, offset + faults.room(bytes.length - offset)), offset, position);
  disk.readFileSync = (path) => {
    faults.read();
    return whole.readFileSync(path);
  };
  disk.renameSync = (from, to) => {
    faults.rename();
    whole.renameSync(from, to);
  };
}

function damageKinesisDisk(faults: Faults): void {
  const whole = { ...realDisk };
  const damaged: Partial<Disk> = {
    write: (file, bytes, from, length, position) =>
      whole.write(file, bytes, from, faults.room(length), position),
    read: (file, into, from, length, position) => {
      faults.read();
      return whole.read(file, into, from, length, position);
    },
    readSync: (file, into, from, length, position) => {
      faults.read();
      return whole.readSync(file, into, from, length, position);
    },
    readFile: (path) => {
      faults.read();
      return whole.readFile(path);
    },
    replaceFile: (path, contents, durable) => {
      faults.room(contents.length);
      faults.rename();
      whole.replaceFile(path, contents, durable);
    },
  };
  Object.assign(realDisk, damaged);
}

function jumpClock(random: Random, hours: number): void {
  const RealDate = Date;
  const real = Date.now.bind(Date);
  let offset = 0;
  const now = () => real() + offset;
  class JumpingDate extends RealDate {
    constructor(...args: [] | [string | number | Date]) {
      if (args.length === 0) super(now());
      else super(...args);
    }
    static override now(): number {
      return now();
    }
  }
  globalThis.Date = JumpingDate as DateConstructor;
  setInterval(() => {
    offset = random.chance(0.5) ? 0 : random.between(-hours * 3_600_000, hours * 3_600_000);
  }, 400).unref();
}
