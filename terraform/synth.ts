import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { StackError } from "./errors";
import { isObject } from "./values";

export interface SynthOptions {
  /** Folder of `cdktf.json`. @default the working directory */
  readonly folder?: string;
  /** Name of the stack, when the app has several. @default the only stack */
  readonly stack?: string;
  /** Aborting it ends the app. */
  readonly signal?: AbortSignal;
}

/**
 * Runs the app command of `cdktf.json`, as `cdktf synth` does.
 *
 * @returns the path of the stack's `cdk.tf.json`.
 * @throws StackError when there is no app, when it fails (after its own output on stderr), or when it has several
 *   stacks and none was chosen.
 */
export async function synthesize(options: SynthOptions = {}): Promise<string> {
  const { folder, app, context, output } = readCdktfJson(options.folder);
  const more = { CDKTF_CONTEXT_JSON: JSON.stringify(context ?? {}) };
  const code = await run(app, folder, more, options.signal);
  if (code !== 0) throw new StackError(`synthesis failed: "${app}" ended with exit code ${code}`);
  return findStack(output, options.stack);
}

export interface Configuration {
  /** The folder of `cdktf.json`. */
  readonly folder: string;
  /** The command that synthesizes the stack. */
  readonly app: string;
  /** The folder that the command writes to. */
  readonly output: string;
  readonly context?: unknown;
}

export const configurationFile = (folder: string): string => join(folder, "cdktf.json");

/** Reads `cdktf.json`: https://developer.hashicorp.com/terraform/cdktf/create-and-deploy/configuration-file */
export function readCdktfJson(inFolder = "."): Configuration {
  const folder = resolve(inFolder);
  const path = configurationFile(folder);
  if (!existsSync(path))
    throw new StackError(
      `there is no cdktf.json, no cdktf.out and no *.tf.json in ${folder}: name a synthesized stack with --stack`,
    );
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new StackError(`${path} is not valid JSON: ${(error as Error).message}`);
  }
  if (!isObject(json) || typeof json.app !== "string")
    throw new StackError(`${path}: "app" must be the command that synthesizes the stack`);
  const output = typeof json.output === "string" ? json.output : "cdktf.out";
  return {
    folder,
    app: json.app,
    output: resolve(folder, process.env.CDKTF_OUTDIR ?? output),
    context: json.context,
  };
}

function run(
  command: string,
  folder: string,
  more: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<number> {
  signal?.throwIfAborted();
  // The app's output goes to stderr, so that it is not mixed with this process's results.
  const child = spawn(command, {
    cwd: folder,
    shell: true,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...more },
  });
  return new Promise((done, reject) => {
    const stop = () => {
      child.kill();
      // Processes that the app has started may continue, so this process does not wait for their end.
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", stop, { once: true });
    child.once("error", reject);
    child.once("exit", (code) => done(code ?? 1));
  });
}

/**
 * Finds the stack's file among those that an app has written:
 * https://developer.hashicorp.com/terraform/cdktf/concepts/cdktf-architecture
 */
export function findStack(output: string, name?: string): string {
  const path = join(output, "manifest.json");
  if (!existsSync(path)) throw new StackError(`the app wrote no stack: there is no ${path}`);
  const manifest = readManifest(path);
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

function readManifest(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new StackError(`${path} is not valid JSON: ${(error as Error).message}`);
  }
}
