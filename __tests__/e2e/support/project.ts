import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Provider, startProvider } from "../../support/terraform/provider";

const root = join(__dirname, "../../..");

/** What a deployment needs of the repository; everything else stays behind. */
const sources = [
  "main.ts",
  "scripts/run.cjs",
  "aggregation",
  "command",
  "rules",
  "terraform",
  "timing",
  "stacks",
  "constructs",
  "dataset",
  "functions",
  "cli",
  "package.json",
  "tsconfig.json",
  "cdktf.json",
];

export interface Run {
  readonly code: number | null;
  /** Standard output and standard error as they came, without colours. */
  readonly output: string;
}

/** Has Terraform start the provider itself in each command, as it does for users, which takes three times the CPU. */
export const asForUsers = { TF_REATTACH_PROVIDERS: "" };

/** A copy of the project in a folder of its own, deployed through the cdktf command line as a user would. */
export class Project {
  private readonly running = new Set<ChildProcess>();
  private readonly used = new Set<string>();
  private provider: Promise<Provider> | undefined;

  private constructor(
    readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly providerProgram: string,
  ) {}

  /**
   * Installed packages are shared with the repository; its own workspaces are the copy's.
   *
   * @param providerProgram The provider, which runs on between the commands.
   */
  static async create(env: Readonly<Record<string, string>>, providerProgram: string): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "streaming-data-lake-"));
    await copySources(folder);
    const modules = join(folder, "node_modules");
    await mkdir(join(modules, "@streaming-data-lake"), { recursive: true });
    for (const name of await readdir(join(root, "node_modules")))
      if (name !== "@streaming-data-lake" && name !== ".cache")
        await symlink(join(root, "node_modules", name), join(modules, name));
    const scope = "@streaming-data-lake";
    for (const name of await readdir(join(root, "node_modules", scope)))
      if (name !== "dataset")
        await symlink(join(root, "node_modules", scope, name), join(modules, scope, name));
    await symlink("../../dataset", join(modules, scope, "dataset"));
    return new Project(folder, env, providerProgram);
  }

  /** Merges settings into `context.pipeline` of the copy's `cdktf.json`. */
  async configure(settings: Record<string, unknown>): Promise<void> {
    const file = join(this.folder, "cdktf.json");
    const config = JSON.parse(await readFile(file, "utf8"));
    Object.assign(config.context.pipeline, settings);
    await writeFile(file, JSON.stringify(config, null, 2));
  }

  /** `npx cdktf …` in the project's folder. */
  cdktf(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
    return this.run(process.execPath, [join(root, "node_modules/cdktf-cli/bundle/bin/cdktf"), ...args], env);
  }

  /** What `cdktf synth` runs. */
  synthesize(): Promise<Run> {
    return this.run(process.execPath, ["scripts/run.cjs", "main.ts"]);
  }

  /** `npm run …` in the project's folder. */
  npmRun(
    script: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Run> {
    return this.run("npm", ["run", "--silent", script, "--", ...args], env);
  }

  /** `terraform …` in a stack's folder, as the cdktf command line runs it. */
  terraform(
    args: readonly string[],
    folder = this.stackFolder,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Run> {
    return this.run(process.env.TERRAFORM_BINARY_NAME ?? "terraform", [`-chdir=${folder}`, ...args], env);
  }

  get stackFolder(): string {
    return join(this.folder, "cdktf.out/stacks/sensor-lake");
  }

  async synthesized(): Promise<string> {
    return readFile(join(this.stackFolder, "cdk.tf.json"), "utf8");
  }

  /** Kills what runs, with all that it has started, as a machine that loses power would. */
  async kill(): Promise<void> {
    for (const child of this.running)
      for (const pid of child.pid === undefined ? [] : processTree(child.pid)) kill(pid);
    const provider = await this.provider;
    this.provider = undefined;
    await provider?.kill();
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async startProvider(): Promise<Provider> {
    await mkdir(this.stackFolder, { recursive: true });
    return startProvider(this.providerProgram, this.stackFolder, { ...inherited(), ...this.env }, () =>
      this.usedTypes(),
    );
  }

  /** Types that the stack has or has had: Terraform reads the schemas of what is in the state as well. */
  private usedTypes(): ReadonlySet<string> {
    for (const file of ["cdktf.out/stacks/sensor-lake/cdk.tf.json", "hcl.out/stacks/sensor-lake/cdk.tf"].map(
      (path) => join(this.folder, path),
    ))
      if (existsSync(file))
        for (const [type] of readFileSync(file, "utf8").matchAll(/\baws_\w+/g)) this.used.add(type);
    return this.used;
  }

  private async run(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Run> {
    this.provider ??= this.startProvider();
    const attached = (await this.provider).env;
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: this.folder,
        env: { ...inherited(), ...this.env, ...attached, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      this.running.add(child);
      let output = "";
      const collect = (chunk: Buffer) => {
        output += chunk.toString();
      };
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      child.once("error", reject);
      child.once("close", (code) => {
        this.running.delete(child);
        resolve({ code, output: withoutColours(output) });
      });
    });
  }
}

/** Copies what a deployment needs of the repository, but for the installed packages. */
export async function copySources(folder: string): Promise<void> {
  for (const source of sources) await cp(join(root, source), join(folder, source), { recursive: true });
}

/** The environment without anybody's AWS settings: no test may reach an account. */
export function inherited(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return {
    ...Object.fromEntries(own),
    CHECKPOINT_DISABLE: "1",
    // CDKTF shares a plugin cache among all projects, which two that initialize at a time break while it is empty:
    // https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "true",
    FORCE_COLOR: "0",
    CI: "true",
  };
}

function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the control characters that go
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "");
}

/** A process and all that descend from it. */
function processTree(pid: number): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] => [
    parent,
    ...rows.flatMap(([child = 0, itsParent]) => (itsParent === parent ? below(child) : [])),
  ];
  return below(pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
