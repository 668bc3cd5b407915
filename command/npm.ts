import type { Command } from "commander";

/**
 * Detects flags that npm has taken as its own because the `--` before them is missing, as in `npm run query --name x`.
 * npm puts such flags into the environment: https://docs.npmjs.com/cli/v11/using-npm/config#environment-variables
 *
 * @returns One line that says what to type instead; undefined when there are no such flags.
 */
export function forgottenDashes(
  command: Command,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const script = env.npm_lifecycle_event;
  if (script === undefined) return undefined;
  const taken = command.options
    .map((option) => option.name())
    .filter((name) => env[`npm_config_${name.replaceAll("-", "_")}`] !== undefined);
  if (taken.length === 0) return undefined;
  const flags = taken.map((name) => `--${name}`).join(" ");
  return `npm took ${flags} for itself: write "--" first, as in npm run ${script} -- ${flags} …`;
}
