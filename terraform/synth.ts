import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { StackError } from "./document";
import { isObject } from "./functions";

export interface SynthOptions {
  /** Folder of `cdktf.json`. @default the working directory */
  readonly folder?: string;
  /** Stack to choose when the app has several. @default the only one */
  readonly stack?: string;
}

/**
 * Runs the app command of `cdktf.json`, as `cdktf synth` does, and says where the stack was written.
 *
 * @returns the path of the stack's `cdk.tf.json`.
 * @throws StackError when there is no app, it fails (its own output comes first, on stderr), or it has several
 *   stacks and none was chosen.
 */
export async function synthesize(options: SynthOptions = {}): Promise<string> {
  const folder = resolve(options.folder ?? ".");
  const { app, context, output = "cdktf.out" } = readConfiguration(folder);
  const code = await run(app, folder, { CDKTF_CONTEXT_JSON: JSON.stringify(context ?? {}) });
  if (code !== 0) throw new StackError(`synthesis failed: "${app}" ended with exit code ${code}`);
  return findStack(resolve(folder, process.env.CDKTF_OUTDIR ?? output), options.stack);
}

interface Configuration {
  readonly app: string;
  readonly output?: string;
  readonly context?: unknown;
}

function readConfiguration(folder: string): Configuration {
  const path = join(folder, "cdktf.json");
  if (!existsSync(path))
    throw new StackError(`there is no cdktf.json in ${folder}: name a synthesized stack with --stack`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new StackError(`${path} is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(json) || typeof json.app !== "string")
    throw new StackError(`${path}: "app" must be the command that synthesizes the stack`);
  return {
    app: json.app,
    output: typeof json.output === "string" ? json.output : undefined,
    context: json.context,
  };
}

function run(command: string, folder: string, more: Readonly<Record<string, string>>): Promise<number> {
  // The app's own output is progress, and this process's results are not to be mixed with it.
  const child = spawn(command, {
    cwd: folder,
    shell: true,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...more },
  });
  return new Promise((done, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => done(code ?? 1));
  });
}

/** The stack file among those that an app wrote: https://developer.hashicorp.com/terraform/cdktf/concepts/cdktf-architecture */
function findStack(output: string, name: string | undefined): string {
  const path = join(output, "manifest.json");
  if (!existsSync(path)) throw new StackError(`the app wrote no stack: there is no ${path}`);
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  const stacks = isObject(manifest) && isObject(manifest.stacks) ? manifest.stacks : {};
  const names = Object.keys(stacks);
  const chosen = name ?? (names.length === 1 ? names[0] : undefined);
  const entry = chosen === undefined ? undefined : stacks[chosen];
  if (!isObject(entry) || typeof entry.synthesizedStackPath !== "string")
    throw new StackError(
      name
        ? `there is no stack "${name}": the app has ${names.join(", ") || "none"}`
        : `the app has ${names.length} stacks (${names.join(", ")}): name one with --stack FILE`,
    );
  return join(dirname(path), entry.synthesizedStackPath);
}
