import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { InvalidPropsError } from "../../constructs/core/problems";
import { PipelineStack } from "../../stacks/pipeline-stack";
import { parseSettings } from "../../stacks/settings";
import { Template } from "./template";

/** A handler that is quick to bundle. */
export const handlerEntry = join(__dirname, "fixtures/handler.ts");

interface Options {
  readonly context?: Record<string, unknown>;
  readonly stackId?: string;
}

function inApp(context: Record<string, unknown>, build: (app: App) => TerraformStack): Template {
  const outdir = mkdtempSync(join(tmpdir(), "streaming-data-lake-"));
  try {
    const app = new App({ outdir, context, stackTraces: false });
    const stack = build(app);
    app.synth();
    const file = join(outdir, "stacks", stack.node.id, "cdk.tf.json");
    return new Template(JSON.parse(readFileSync(file, "utf8")));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What a stack of the constructs that `build` makes is synthesized to. */
export function synthesize(
  build: (stack: TerraformStack) => void,
  { context = {}, stackId = "test" }: Options = {},
): Template {
  return inApp(context, (app) => {
    const stack = new TerraformStack(app, stackId);
    new AwsProvider(stack, "aws", { region: "us-east-1" });
    build(stack);
    return stack;
  });
}

/** What the pipeline is synthesized to, with these settings over the defaults. */
export function synthesizePipeline(
  settings: Record<string, unknown> = {},
  context: Record<string, unknown> = {},
): Template {
  return inApp(
    context,
    (app) => new PipelineStack(app, "sensor-lake", { settings: parseSettings(settings), handlerEntry }),
  );
}

/** The problems for which the constructs that `build` makes are refused; none when they are not. */
export function problemsOf(build: (stack: TerraformStack) => void, options?: Options): readonly string[] {
  try {
    synthesize(build, options);
    return [];
  } catch (error) {
    if (error instanceof InvalidPropsError) return error.problems;
    throw error;
  }
}
