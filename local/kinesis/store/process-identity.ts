import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process: its id is used again some day, the time of its start together with it is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words; "" where the system does not tell. */
  readonly started: string;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) ?? "" };
}

/** Whether a process still exists, running or stopped. One of another start time is another one. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  const now = startOf(pid);
  return now !== undefined && (started === "" || now === "" || now === started);
}

/** @returns undefined when there is no such process. */
function startOf(pid: number): string | undefined {
  if (!exists(pid)) return undefined;
  if (process.platform === "linux") return linuxStart(pid);
  if (process.platform === "win32") return "";
  try {
    const env = { ...process.env, LC_ALL: "C" };
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { env, encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

function exists(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The boot and the clock ticks since then: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the command in parentheses, may hold anything.
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const hasEnded = state === "Z" || state === "X";
    if (hasEnded) return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${fields[18]}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "";
  }
}
