import { join } from "node:path";
import { root } from "../../docs/support";
import { Commands } from "../../docs/terminal";
import { temporaryFolder } from "../../support/folders";
import { synthesizeInto } from "../../support/pipeline-folder";

const startTimeout = 90_000;

/** The pipeline as `npm run local` runs it, with its console. */
export class Run {
  private constructor(
    /** Of the page, with its token. */
    readonly url: string,
    readonly folder: string,
    private readonly stack: string,
    private commands: Commands,
  ) {}

  static async start(settings: Record<string, unknown>): Promise<Run> {
    const folder = temporaryFolder();
    const stack = synthesizeInto(join(folder, "cdktf.out"), { settings });
    const { url, commands } = await begin(stack, folder, "0");
    return new Run(url, folder, stack, commands);
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    this.commands.kill();
    await this.commands.end(startTimeout);
  }

  /** Runs it again after that, on the same port. */
  async again(): Promise<void> {
    const { commands } = await begin(this.stack, this.folder, new URL(this.url).port);
    this.commands = commands;
  }

  end(): void {
    this.commands.kill();
  }
}

async function begin(stack: string, folder: string, port: string) {
  const commands = new Commands(
    `exec node scripts/run.cjs cli/main.ts --stack ${stack} --dir ${folder}/.local --port 0 --aws-port 0 --console-port ${port}`,
    root,
  );
  const urlIn = (output: string) => /^console: (\S+)$/m.exec(output)?.[1];
  const isReady = (output: string) => urlIn(output) !== undefined && /^running on /m.test(output);
  await commands.until(isReady, startTimeout);
  const url = urlIn(commands.output);
  if (url === undefined) {
    commands.kill();
    throw new Error(`it does not run:\n${commands.output}`);
  }
  return { url, commands };
}
