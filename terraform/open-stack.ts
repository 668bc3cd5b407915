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
   * A stack's file or folder. A folder of HCL is planned by Terraform.
   *
   * @default the stack of the app in `cdktf.json`; without an app, the stack in `cdktf.out` or else the folder's own
   *   `*.tf.json`
   */
  readonly path?: string;
  /** Output of `terraform show -json` for a plan, to be used instead of `path`. */
  readonly plan?: string;
  /** A state file, or output of `terraform show -json` for a state, to be used instead of `path`. */
  readonly state?: string;
  /** Folder of `cdktf.json`, or of a stack that was synthesized elsewhere. @default the working directory */
  readonly folder?: string;
  /** An earlier plan of a folder of HCL. It is used as long as the folder has not changed. */
  readonly remembered?: FolderPlan;
  /** Aborting it ends the app. */
  readonly signal?: AbortSignal;
  /** Called with one line of text when the stack is synthesized, which says why. */
  readonly note?: (line: string) => void;
}

export type { FolderPlan };

export interface OpenedStack extends ReadStack {
  readonly path: string;
  /** Why the stack was synthesized; absent when an existing one was newer than its sources. */
  readonly reason?: string;
  /** Terraform's plan of a folder of HCL. */
  readonly folderPlan?: FolderPlan;
}

/**
 * Opens the stack that a command works with. The stack of an app is synthesized when it does not exist yet, or when
 * `cdktf.json` or a source of the app is newer.
 *
 * @throws StackError with a one-line message when it can't be synthesized or read.
 */
export async function openStack(options: OpenStackOptions = {}): Promise<OpenedStack> {
  const { plan, state, folder, signal, note = () => {} } = options;
  if (plan !== undefined) return { path: plan, ...readStack(plan, "plan") };
  if (state !== undefined) return { path: state, ...readStack(state, "state") };
  const path = options.path ?? withoutApp(folder);
  if (path !== undefined && isHcl(path)) {
    const { remembered } = options;
    if (remembered && remembered.fingerprint === folderFingerprint(path))
      return { path, folderPlan: remembered, ...interpretDocument(readFolderPlan(path, remembered)) };
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

/** The stack in a folder without an app; undefined when the folder has an app, or no stack. */
export function withoutApp(folder = "."): string | undefined {
  if (existsSync(configurationFile(folder))) return undefined;
  const output = join(folder, "cdktf.out");
  if (existsSync(join(output, "manifest.json"))) return findStack(output);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.some((name) => name.endsWith(".tf.json")) ? folder : undefined;
}

/** Whether a folder contains HCL but no Terraform JSON. */
function isHcl(path: string): boolean {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder && jsonFiles(path).length === 0 && hclFiles(path).length > 0;
}

/** The stack that was synthesized last, or the reason why it must be synthesized again. */
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
/**
 * Folders without sources of an app: packages, output (`out`, `cdktf.out`, …), tests, benchmarks and hidden folders.
 * Hidden files are no sources either: editors and tools write them.
 */
const skipped = /^(?:\.|node_modules$|coverage$|reports$|__tests__$|bench$)|(?:^|\.)out$/;

/** The source files in a folder, and the folders in it that may have more. */
function entriesOf(folder: string, output: string): { files: readonly string[]; folders: readonly string[] } {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !skipped.test(name));
  const paths = (some: typeof entries) => some.map(({ name }) => join(folder, name));
  return {
    files: paths(entries.filter((entry) => !entry.isDirectory() && source.test(entry.name))),
    folders: paths(entries.filter((entry) => entry.isDirectory())).filter((path) => path !== output),
  };
}

/** The source files of an app, including its `cdktf.json`. */
export function appSources({ folder, output }: Pick<Configuration, "folder" | "output">): string[] {
  const { files, folders } = entriesOf(folder, output);
  return [...files, ...folders.flatMap((path) => appSources({ folder: path, output }))];
}

/** A source that was changed since a time, or a folder in which a source was added or removed since then. */
function newerSource(folder: string, output: string, time: number, isTop = true): string | undefined {
  const { files, folders } = entriesOf(folder, output);
  const isNewer = (path: string) => (timeOf(path) ?? 0) >= time;
  for (const path of folders) {
    const newer = newerSource(path, output, time, false);
    if (newer !== undefined) return newer;
  }
  // The app's top folder does not count, because commands write other files to it.
  return files.find(isNewer) ?? (!isTop && files.length > 0 && isNewer(folder) ? folder : undefined);
}
