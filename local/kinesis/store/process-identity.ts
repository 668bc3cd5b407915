import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Identifies a process. The system reuses process ids, but not the same id with the same start time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When the process started, in a format of the system's, or "" where the system does not tell. */
  readonly started: string;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) ?? "" };
}

/** Whether the process still exists, running or suspended. A process with another start time is a different one. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  const now = startOf(pid);
  return now !== undefined && (started === "" || now === "" || now === started);
}

/** Start time of a process. @returns undefined when there is no such process, or "" when the system does not tell. */
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

/**
 * Start time on Linux: the boot id and the clock ticks between the boot and the start.
 *
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the command in parentheses, can itself contain spaces and parentheses.
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const hasEnded = state === "Z" || state === "X";
    if (hasEnded) return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${fields[18]}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "";
  }
}
