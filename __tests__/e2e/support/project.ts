import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";

const root = join(__dirname, "../../..");

/** What a deployment needs of the repository; everything else stays behind. */
const sources = [
  "main.ts",
  "constructs",
  "dataset",
  "functions",
  "package.json",
  "tsconfig.json",
  "cdktf.json",
];

export interface Run {
  readonly code: number | null;
  /** Standard output and standard error as they came, without colours. */
  readonly output: string;
}

/** A copy of the project in a folder of its own, deployed through the cdktf command line as a user would. */
export class Project {
  private constructor(
    readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async create(env: Readonly<Record<string, string>>): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "streaming-data-lake-"));
    for (const source of sources) await cp(join(root, source), join(folder, source), { recursive: true });
    await linkModules(folder);
    return new Project(folder, env);
  }

  /** Merges settings into `context.pipeline` of the copy's `cdktf.json`. */
  async configure(settings: Record<string, unknown>): Promise<void> {
    const file = join(this.folder, "cdktf.json");
    const config = JSON.parse(await readFile(file, "utf8"));
    Object.assign(config.context.pipeline, settings);
    await writeFile(file, JSON.stringify(config, null, 2));
  }

  /** `npx cdktf …` in the project's folder. */
  cdktf(...args: string[]): Promise<Run> {
    return this.run(process.execPath, [join(root, "node_modules/cdktf-cli/bundle/bin/cdktf"), ...args]);
  }

  /** `terraform …` in the stack's folder, as the cdktf command line runs it. */
  terraform(...args: string[]): Promise<Run> {
    return this.run(process.env.TERRAFORM_BINARY_NAME ?? "terraform", [
      `-chdir=${this.stackFolder}`,
      ...args,
    ]);
  }

  get stackFolder(): string {
    return join(this.folder, "cdktf.out/stacks/sensor-lake");
  }

  async synthesized(): Promise<string> {
    return readFile(join(this.stackFolder, "cdk.tf.json"), "utf8");
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  run(command: string, args: string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: this.folder,
        env: { ...inherited(), ...this.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      const collect = (chunk: Buffer) => {
        output += chunk.toString();
      };
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, output: withoutColours(output) }));
    });
  }
}

/** The environment without anybody's AWS settings: no test may reach an account. */
function inherited(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return { ...Object.fromEntries(own), CHECKPOINT_DISABLE: "1", FORCE_COLOR: "0", CI: "true" };
}

function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the control characters that go
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "");
}

/** Installed packages are shared with the repository; its own workspaces are the copy's. */
async function linkModules(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "@streaming-data-lake"), { recursive: true });
  const shared = (await readdir(join(root, "node_modules"))).filter(
    (name) => name !== "@streaming-data-lake",
  );
  for (const name of shared) await symlink(join(root, "node_modules", name), join(modules, name));
  for (const name of await readdir(join(root, "node_modules/@streaming-data-lake"))) {
    if (existsSync(join(folder, name)))
      await symlink(join("..", "..", name), join(modules, "@streaming-data-lake", name));
  }
}

/** Paths of all files below a folder, relative to it, sorted. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
