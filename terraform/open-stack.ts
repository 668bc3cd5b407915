import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { StackError } from "./errors";
import { interpretDocument, type ReadStack, readStack } from "./index";
import { hclFiles, jsonFiles } from "./inputs/configuration";
import { stateName } from "./inputs/read";
import { type FolderPlan, folderFingerprint, planFolder, readFolderPlan } from "./inputs/terraform";
import { missingArchives } from "./resources/lambda";
import { type Configuration, configurationFile, findStack, readCdktfJson, synthesize } from "./synth";

export interface OpenStackOptions {
  /**
   * A stack, file or folder; a folder of HCL is planned by Terraform.
   *
   * @default that of the app of `cdktf.json`; without an app that in `cdktf.out`, and then the folder's own `*.tf.json`
   */
  readonly path?: string;
  /** `terraform show -json` of a plan, instead. */
  readonly plan?: string;
  /** A state file, or `terraform show -json` of a state, instead. */
  readonly state?: string;
  /** Folder of `cdktf.json`, or of what was synthesized elsewhere. @default the working directory */
  readonly folder?: string;
  /** What was planned of a folder of HCL earlier; it counts while the folder is as it was. */
  readonly kept?: FolderPlan;
  /** Ends the app. */
  readonly signal?: AbortSignal;
  /** Called with one line when the stack is synthesized, and why. */
  readonly note?: (line: string) => void;
}

export type { FolderPlan };

export interface OpenedStack extends ReadStack {
  readonly path: string;
  /** Why the stack was synthesized; absent when it was there and newer than its sources. */
  readonly reason?: string;
  /** What Terraform has planned of a folder of HCL. */
  readonly folderPlan?: FolderPlan;
}

/**
 * Finds the stack that a command works with. That of the app is synthesized when it is not there, or when `cdktf.json`
 * or a source of the app is newer.
 *
 * @throws StackError in one line when it can't be synthesized or read.
 */
export async function openStack(options: OpenStackOptions = {}): Promise<OpenedStack> {
  const { plan, state, folder, signal, note = () => {} } = options;
  if (plan !== undefined) return { path: plan, ...readStack(plan, "plan") };
  if (state !== undefined) return { path: state, ...readStack(state, "state") };
  const path = options.path ?? withoutApp(folder);
  if (path !== undefined && isHcl(path)) {
    const { kept } = options;
    if (kept && kept.fingerprint === folderFingerprint(path))
      return { path, folderPlan: kept, ...interpretDocument(readFolderPlan(path, kept)) };
    const deployed = join(path, stateName);
    const more = existsSync(deployed) ? `; --state ${deployed} runs what is deployed` : "";
    note(`${path} is HCL: Terraform plans it, in a temporary copy and without an account${more}`);
    const folderPlan = await planFolder(path, signal);
    return { path, folderPlan, ...interpretDocument(readFolderPlan(path, folderPlan)) };
  }
  if (path !== undefined) return { path, ...readStack(path) };
  const configuration = readCdktfJson(folder);
  const present = readPresent(configuration);
  if (!("reason" in present)) return present;
  note(`synthesizing the stack: ${present.reason}`);
  const file = await synthesize({ folder, signal });
  return { path: file, reason: present.reason, ...readStack(file) };
}

/** What a folder without an app holds to run; nothing when it has an app, or neither. */
export function withoutApp(folder = "."): string | undefined {
  if (existsSync(configurationFile(folder))) return undefined;
  const output = join(folder, "cdktf.out");
  if (existsSync(join(output, "manifest.json"))) return findStack(output);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.some((name) => name.endsWith(".tf.json")) ? folder : undefined;
}

/** Whether a folder holds HCL and no Terraform JSON. */
function isHcl(path: string): boolean {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder && jsonFiles(path).length === 0 && hclFiles(path).length > 0;
}

/** The stack as it was synthesized last, or the reason why it must be synthesized again. */
function readPresent(configuration: Configuration): OpenedStack | { readonly reason: string } {
  const { folder, output } = configuration;
  const manifest = timeOf(join(output, "manifest.json"));
  if (manifest === undefined) return { reason: `there is none in ${relative("", output) || output}` };
  try {
    const path = findStack(output);
    const written = Math.min(manifest, timeOf(path) ?? 0);
    const newer = newerSource(folder, output, written);
    if (newer !== undefined) return { reason: `${relative("", newer)} is newer` };
    const read = readStack(path);
    const [missing] = missingArchives(read.stack.functions);
    return missing ? { reason: missing } : { path, ...read };
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return { reason: error.message };
  }
}

function timeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

const source = /\.(?:[cm]?[jt]sx?|json|sql|py)$/;
/** Folders that hold no sources of an app: packages, other output, tests, benchmarks and hidden folders. */
const skipped = /^(?:\.|node_modules$|coverage$|reports$|__tests__$|bench$)|\.out$/;

/** The app's `cdktf.json` and its sources. */
export function appSources({ folder, output }: Pick<Configuration, "folder" | "output">): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.test(entry.name) && path !== output) found.push(...appSources({ folder: path, output }));
    } else if (source.test(entry.name)) found.push(path);
  }
  return found;
}

/** A source that was changed after a time, or a folder of sources in which one was added or removed. */
function newerSource(folder: string, output: string, time: number, isTop = true): string | undefined {
  let hasSources = false;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (skipped.test(entry.name) || path === output) continue;
      const newer = newerSource(path, output, time, false);
      if (newer !== undefined) return newer;
    } else if (source.test(entry.name)) {
      hasSources = true;
      if ((timeOf(path) ?? 0) >= time) return path;
    }
  }
  // Commands write other files to the app's own folder.
  return !isTop && hasSources && (timeOf(folder) ?? 0) >= time ? folder : undefined;
}
