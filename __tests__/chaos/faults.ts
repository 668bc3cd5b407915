import { disk } from "../../local/runner/files/disk";
import { Random } from "./random";

/** What goes wrong inside a runner's process, drawn from a seed. */
export interface FaultPlan {
  readonly seed: number;
  /** Of writes: less is written than was asked for. */
  readonly shortWrites: number;
  /** Of writes: the beginning of a time without room on the disk. */
  readonly fullDisks: number;
  /** Of reads of a state: the disk can't. */
  readonly readErrors: number;
  /** Of renames: refused. */
  readonly renameErrors: number;
  /** The clock jumps now and then, by up to so many hours to either side. */
  readonly clockHours: number;
}

const fullMilliseconds = 300;

/** Puts the faults into this process. They begin at once and do not end. */
export function injectFaults(plan: FaultPlan): void {
  const random = new Random(plan.seed);
  const whole = { ...disk };
  let fullUntil = 0;
  const now = performance.now.bind(performance);
  const fail = (code: string, what: string) => {
    throw Object.assign(new Error(`${code}: chaos, ${what}`), { code });
  };
  const room = (bytes: number): number => {
    if (now() < fullUntil) fail("ENOSPC", "write");
    if (random.chance(plan.fullDisks)) fullUntil = now() + random.between(1, fullMilliseconds);
    return bytes > 1 && random.chance(plan.shortWrites) ? random.between(1, bytes - 1) : bytes;
  };
  disk.write = (file, bytes, offset, position) =>
    whole.write(file, bytes.subarray(0, offset + room(bytes.length - offset)), offset, position);
  disk.writeSync = (file, bytes, offset, position) =>
    whole.writeSync(file, bytes.subarray(0, offset + room(bytes.length - offset)), offset, position);
  disk.readFileSync = (path) => {
    if (random.chance(plan.readErrors)) fail("EIO", "read");
    return whole.readFileSync(path);
  };
  disk.renameSync = (from, to) => {
    if (random.chance(plan.renameErrors)) fail("EIO", "rename");
    whole.renameSync(from, to);
  };
  if (plan.clockHours > 0) jumpClock(random, plan.clockHours);
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
