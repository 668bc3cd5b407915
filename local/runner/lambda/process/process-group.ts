import { type ChildProcess, spawn } from "node:child_process";

/**
 * Ends at the end of its input, which is when the runner has ended, however it did, and takes along every process
 * group that it was told of and not told to forget.
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
 * Sees to it that a process that leads a group of its own, and what it has started, end with this process: also after
 * a SIGKILL, and also if they are busy or stopped, which is why no code of their own can do it.
 */
export function watchGroup(pid: number): void {
  watched.add(pid);
  if (guard) guard.stdin?.write(`watch ${pid}\n`);
  else guard = startGuard();
}

/** Ends a process and whatever it has started that is still in its group. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
  if (watched.delete(pid)) guard?.stdin?.write(`forget ${pid}\n`);
}

function startGuard(): ChildProcess {
  // In a session of its own, since a Ctrl-C in the terminal is for the runner.
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
