import { type ChildProcess, spawn } from "node:child_process";

/**
 * A shell script that runs until its input ends, which is when the runner has ended for whatever reason. It then kills
 * every process group that it was told to watch and not told to forget.
 */
const script = `
groups=
while read -r what group; do
  others=
  for one in $groups; do [ "$one" = "$group" ] || others="$others $one"; done
  groups=$others
  if [ "$what" = watch ]; then groups="$groups $group"; fi
done
for one in $groups; do kill -s KILL -- "-$one"; done
`;

const watched = new Set<number>();
let guard: ChildProcess | undefined;

/**
 * Ensures that a process that leads its own process group, and all processes that it has started, end with this
 * process. This also holds after a SIGKILL, and for processes that are busy or stopped, which is why they cannot do it
 * themselves.
 */
export function watchGroup(pid: number): void {
  watched.add(pid);
  if (guard) guard.stdin?.write(`watch ${pid}\n`);
  else guard = startGuard();
}

/** Kills a process and all processes in its group. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has no processes any more.
  }
  if (watched.delete(pid)) guard?.stdin?.write(`forget ${pid}\n`);
}

function startGuard(): ChildProcess {
  // The guard has its own session, because a Ctrl-C in the terminal is meant for the runner.
  const child = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  const forget = () => {
    if (guard === child) guard = undefined;
  };
  child.once("exit", forget).once("error", forget);
  child.stdin?.on("error", forget);
  for (const pid of watched) child.stdin?.write(`watch ${pid}\n`);
  child.unref();
  (child.stdin as unknown as { unref(): void } | null)?.unref();
  return child;
}
