import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import type { Document } from "../document";
import { StackError } from "../errors";
import { isObject } from "../values";
import { hclFiles, type JsonFile } from "./configuration";
import { deferData } from "./deferred-data";
import { firstError } from "./diagnostics";
import { answerEnvironments, askEnvironments } from "./environments";
import { keepOpenBlocks, knownOf } from "./known-state";
import { nameReferences } from "./named-references";
import { readPlan } from "./plan";
import { standIn } from "./stand-in";

/** Folders that are not copied, because they are not part of a configuration or are large. */
const left = /^(?:\.git|\.local|node_modules|terraform\.tfstate\.d)$/;

/** Whether planning needs a path in a configuration's folder. In `.terraform`, it needs only the modules. */
function isPart(path: string): boolean {
  const parts = path.split(sep);
  const own = parts.indexOf(".terraform");
  return (
    !parts.some((part) => left.test(part)) && (own < 0 || [undefined, "modules"].includes(parts[own + 1]))
  );
}

/** Terraform's plan of a folder of HCL. It can be saved as JSON. */
export interface FolderPlan {
  /** Fingerprint of the folder when it was planned. */
  readonly fingerprint: string;
  /** `terraform show -json` of the plan. */
  readonly json: unknown;
  /** One sentence for each part that is not known. */
  readonly notRead: readonly string[];
}

/** A text that changes when the size or time of any file in the folder changes. */
export function folderFingerprint(folder: string): string {
  const top = commonFolder(resolve(folder));
  const hash = createHash("sha256").update(resolve(folder));
  const visit = (part: string): void => {
    for (const name of readdirSync(join(top, part)).sort()) {
      const path = join(part, name);
      if (!isPart(path)) continue;
      const isLink = lstatSync(join(top, path), { throwIfNoEntry: false })?.isSymbolicLink();
      const stat = statSync(join(top, path), { throwIfNoEntry: false });
      // A link to a folder is not followed, because it may lead back to a folder above it.
      if (stat?.isDirectory() && !isLink) visit(path);
      else if (stat) hash.update(`\0${path}\0${stat.size}\0${stat.mtimeMs}`);
    }
  };
  visit("");
  return hash.digest("hex");
}

/** Reads the stack from a folder's plan. */
export function readFolderPlan(folder: string, { json, notRead }: FolderPlan): Document {
  const document = readPlan({ file: join(folder, "plan.json"), json: json as JsonFile["json"] });
  return { ...document, notRead: [...document.notRead, ...notRead] };
}

/**
 * Runs Terraform to plan a folder of HCL with its modules. Terraform works in a temporary copy, with made-up credentials
 * and the local account id. AWS is not called.
 *
 * @throws StackError with a one-line message when Terraform is not installed, or when it can't plan the folder.
 */
export async function planFolder(folder: string, signal?: AbortSignal): Promise<FolderPlan> {
  const fingerprint = folderFingerprint(folder);
  const top = commonFolder(resolve(folder));
  const copy = realpathSync(mkdtempSync(join(tmpdir(), "terraform-plan-")));
  const account = await standIn();
  try {
    cpSync(top, copy, { recursive: true, filter: (path) => isPart(relative(top, path)) });
    const work = join(copy, relative(top, resolve(folder)));
    for (const name of readdirSync(work))
      if (/^terraform\.tfstate(?:\.backup)?$/.test(name)) rmSync(join(work, name));
    writeFileSync(join(work, "runs_here_override.tf.json"), JSON.stringify(override(work)));
    const run = (...args: string[]) => terraform(work, account.env, args, signal);
    await run("init", "-input=false", "-no-color", ...pluginFolder(folder));
    deferData(copy);
    const plan = async (): Promise<JsonFile> => {
      await run("plan", "-input=false", "-no-color", "-refresh=false", "-lock=false", "-out=runs-here.plan");
      const text = await run("show", "-json", "runs-here.plan");
      // Paths from `abspath` and `path.cwd` must name the user's folder, not the copy.
      const json: unknown = JSON.parse(text.replaceAll(inJson(copy), inJson(top)));
      if (!isObject(json)) throw new StackError(`${folder}: terraform show printed no plan`);
      return { file: join(folder, "plan.json"), json };
    };
    const first = await plan();
    // With the runner's names and ARNs, a second plan resolves the references to them.
    const { state, others } = knownOf(first);
    writeFileSync(join(work, "terraform.tfstate"), JSON.stringify(state));
    askEnvironments(copy);
    nameReferences(work, others);
    try {
      const second = await plan();
      keepOpenBlocks(first, second);
      answerEnvironments(second);
      return { fingerprint, json: second.json, notRead: [] };
    } catch (error) {
      if (!(error instanceof StackError) || signal?.aborted) throw error;
      const why = `${error.message}, so values that are made of several references are not known`;
      const notRead = [`${folder}: planned again with the names known here: ${why}`];
      return { fingerprint, json: first.json, notRead };
    }
  } finally {
    account.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

/** A path as it is written in JSON, without quotes. */
const inJson = (path: string): string => JSON.stringify(path).slice(1, -1);

/** The argument that reuses the providers that the user's `terraform init` has downloaded. */
function pluginFolder(folder: string): string[] {
  const plugins = resolve(folder, ".terraform", "providers");
  try {
    return readdirSync(plugins).length > 0 ? [`-plugin-dir=${plugins}`] : [];
  } catch {
    return [];
  }
}

/** The folder that contains this one and all local modules that it refers to by `../`. */
function commonFolder(folder: string): string {
  const text = hclFiles(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  let top = folder;
  for (const [, source = ""] of text.matchAll(/source\s*=\s*"(\.\.\/[^"]*)"/g)) {
    const module = resolve(folder, source);
    while (relative(top, module).startsWith("..")) top = resolve(top, "..");
  }
  return top;
}

/** An override file that prevents the provider from calling AWS, in each of its configurations. */
function override(work: string): object {
  const text = hclFiles(work)
    .map((name) => readFileSync(join(work, name), "utf8"))
    .join("\n");
  const aliases = [...text.matchAll(/provider\s+"aws"\s*\{[^}]*?\balias\s*=\s*"([^"]+)"/g)].map(
    ([, alias]) => alias,
  );
  const offline = {
    access_key: "local",
    secret_key: "local",
    skip_credentials_validation: true,
    skip_metadata_api_check: "true",
    skip_region_validation: true,
    skip_requesting_account_id: true,
    ...(/\bprofile\s*=/.test(text) && { profile: null }),
  };
  const hasRegion = /provider\s+"aws"\s*\{[^}]*?\bregion\s*=/.test(text);
  const keepsState = /\b(?:backend\s+"|cloud\s*\{)/.test(text);
  return {
    ...(keepsState && { terraform: { backend: { local: {} } } }),
    provider: {
      aws: [
        { ...offline, ...(!hasRegion && { region: process.env.AWS_REGION ?? "us-east-1" }) },
        ...aliases.map((alias) => ({ alias, ...offline })),
      ],
    },
  };
}

function terraform(
  folder: string,
  account: NodeJS.ProcessEnv,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const binary = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  const child = spawn(binary, args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
    env: {
      ...Object.fromEntries(own),
      ...account,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
    },
  });
  const chunks: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  return new Promise((done, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        signal?.aborted
          ? signal.reason
          : new StackError(
              `a folder of HCL is planned by Terraform, and there is no ${binary} on the PATH (${error.code}): give its plan, --plan FILE`,
            ),
      ),
    );
    child.once("close", (code) => {
      if (code === 0) return done(Buffer.concat(chunks).toString());
      reject(new StackError(`terraform ${args[0]} failed: ${firstError(Buffer.concat(errors).toString())}`));
    });
  });
}
