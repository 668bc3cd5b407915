import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../../support/folders";
import { freePort } from "../../support/free-port";

const sources = join(__dirname, "..", "java");

/** Class paths of the Java clients; Maven brings the jars that are not here yet. */
export interface JavaClients {
  readonly kcl: string;
  readonly kpl: string;
  readonly dynamodb: string;
}

let known: JavaClients | string | undefined;

/** @returns why there are none on this machine, when there are none. */
export function javaClients(): JavaClients | string {
  known ??= lookForJavaClients();
  return known;
}

function lookForJavaClients(): JavaClients | string {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    execFileSync("mvn", ["-version"], { stdio: "ignore" });
  } catch {
    return "java or mvn is missing from the PATH";
  }
  try {
    return { kcl: classPath("kcl"), kpl: classPath("kpl"), dynamodb: classPath("dynamodb") };
  } catch {
    return "Maven could not bring the jars of the Java clients";
  }
}

const cache = join(__dirname, "..", "..", "..", "node_modules", ".cache", "java-clients");

/** Maven is asked when the jars changed or are not here, and asks a registry only then. */
function classPath(profile: string): string {
  const file = join(cache, profile);
  const pom = join(sources, "pom.xml");
  const known =
    existsSync(file) && statSync(file).mtimeMs > statSync(pom).mtimeMs ? readFileSync(file, "utf8") : "";
  if (known !== "" && known.split(":").every((jar) => existsSync(jar))) return known;
  mkdirSync(cache, { recursive: true });
  const build = (...flags: string[]) =>
    execFileSync(
      "mvn",
      [
        ...["-B", "-q", ...flags, "-f", pom, "-P", profile],
        ...["dependency:build-classpath", `-Dmdep.outputFile=${file}`, "-Dmdep.includeScope=runtime"],
      ],
      { stdio: "ignore", timeout: 300_000 },
    );
  try {
    build("-o");
  } catch {
    build();
  }
  return readFileSync(file, "utf8");
}

/** A Java program of this folder, or a class of the jars, that runs until it is killed or ends. */
export class JavaProcess {
  readonly lines: string[] = [];
  private errors = "";
  private readonly child: ChildProcess;

  constructor(classPath: string, args: readonly string[], flags: readonly string[] = []) {
    const program = args.map((arg) => (arg.endsWith(".java") ? join(sources, arg) : arg));
    this.child = spawn(
      "java",
      ["-Xmx384m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", ...flags, "-cp", classPath, ...program],
      { stdio: ["pipe", "pipe", "pipe"] },
    );
    const { stdout, stderr } = this.child;
    if (stdout) createInterface({ input: stdout }).on("line", (line) => this.lines.push(line));
    stderr?.on("data", (chunk) => {
      this.errors = (this.errors + chunk).slice(-4_000);
    });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it wrote to standard error, the last of it. */
  get complaints(): string {
    return this.errors;
  }

  write(text: string): void {
    this.child.stdin?.end(text);
  }

  async ended(): Promise<number | null> {
    if (this.running) await once(this.child, "close");
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended();
  }
}

export interface DynamoDb {
  readonly url: string;
  stop(): Promise<void>;
}

/** DynamoDB Local, in memory. @throws Error when it does not start. */
export async function startDynamoDb(classPath: string): Promise<DynamoDb> {
  const folder = temporaryFolder();
  const libraries = join(folder, "native");
  mkdirSync(libraries);
  // SQLite's binding looks for its libraries under names without their versions.
  for (const path of classPath.split(":").filter((entry) => entry.endsWith(".so")))
    copyFileSync(path, join(libraries, basename(path).replace(/-[\d.]+\.so$/, ".so")));
  const port = await freePort();
  const server = new JavaProcess(
    classPath,
    [
      "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
      ...["-inMemory", "-sharedDb", "-disableTelemetry", "-port", String(port)],
    ],
    [`-Djava.library.path=${libraries}`],
  );
  const url = `http://127.0.0.1:${port}`;
  const stop = () => server.kill();
  for (let attempt = 0; server.running && attempt < 600; attempt++) {
    if (await answers(url)) return { url, stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`DynamoDB Local does not start: ${server.complaints}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}
