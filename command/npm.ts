import type { Command } from "commander";

type Env = Readonly<Record<string, string | undefined>>;

/** The script of `package.json` that npm is running; undefined outside of npm and under `npx`, which runs no script. */
export function npmScript({ npm_lifecycle_event: script }: Env): string | undefined {
  return script === "npx" ? undefined : script;
}

/**
 * Detects flags that npm has taken as its own because the `--` before them is missing, as in `npm run query --name x`.
 * npm puts such flags into the environment: https://docs.npmjs.com/cli/v11/using-npm/config#environment-variables
 *
 * @param args The program's arguments.
 * @returns One line that says what to type instead; undefined when there are no such flags.
 */
export function forgottenDashes(command: Command, args: readonly string[], env: Env): string | undefined {
  const script = npmScript(env);
  if (script === undefined) return undefined;
  const taken = command.options
    .map((option) => option.name())
    .filter((name) => env[`npm_config_${name.replaceAll("-", "_")}`] !== undefined);
  if (taken.length === 0) return undefined;
  const flags = taken.map((name) => `--${name}`).join(" ");
  // A command that the script itself names, as `npm run query` does, is not typed again.
  const inScript = env.npm_lifecycle_script?.split(/\s+/).includes(command.name()) ?? true;
  const named = args[0] === command.name() && !inScript ? `${command.name()} ` : "";
  return `npm took ${flags} for itself: write "--" first, as in npm run ${script} -- ${named}${flags} …`;
}
