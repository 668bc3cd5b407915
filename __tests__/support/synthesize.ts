import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { type NameContext, problemsOf as problemsBelow, setNames } from "../../constructs/index";
import { PipelineStack } from "../../stacks/pipeline-stack";
import { parseSettings } from "../../stacks/settings";
import { Template } from "./template";
import "./no-stack-traces";

/** A handler that is quick to bundle. */
export const handlerEntry = join(__dirname, "fixtures/handler.ts");

interface Options {
  readonly context?: Record<string, unknown>;
  readonly stackId?: string;
  readonly names?: NameContext;
}

/** Uses an app whose output is gone afterwards. */
function withApp<T>(context: Record<string, unknown>, use: (app: App) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), "streaming-data-lake-"));
  try {
    return use(new App({ outdir, context, stackTraces: false }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function templateOf(app: App, stack: TerraformStack): Template {
  app.synth();
  return new Template(
    JSON.parse(readFileSync(join(app.outdir, "stacks", stack.node.id, "cdk.tf.json"), "utf8")),
  );
}

/** A stack of the constructs that `build` makes. */
function stackIn(
  app: App,
  id: string,
  build: (stack: TerraformStack) => void,
  names?: NameContext,
): TerraformStack {
  const stack = new TerraformStack(app, id);
  if (names) setNames(stack, names);
  new AwsProvider(stack, "aws", { region: "us-east-1" });
  build(stack);
  return stack;
}

/** What a stack of the constructs that `build` makes is synthesized to. */
export function synthesize(
  build: (stack: TerraformStack) => void,
  { context = {}, stackId = "test", names }: Options = {},
): Template {
  return withApp(context, (app) => templateOf(app, stackIn(app, stackId, build, names)));
}

/** What an app of several stacks is synthesized to, by their ids, each of them built after those before it. */
export function synthesizeStacks(
  builds: Readonly<Record<string, (stack: TerraformStack) => void>>,
): Readonly<Record<string, Template>> {
  return withApp({}, (app) => {
    const stacks = Object.entries(builds).map(([id, build]) => stackIn(app, id, build));
    return Object.fromEntries(stacks.map((stack) => [stack.node.id, templateOf(app, stack)]));
  });
}

/** What the pipeline is synthesized to, with these settings over the defaults. */
export function synthesizePipeline(
  settings: Record<string, unknown> = {},
  context: Record<string, unknown> = {},
): Template {
  return withApp(context, (app) =>
    templateOf(
      app,
      new PipelineStack(app, "sensor-lake", { settings: parseSettings(settings), handlerEntry }),
    ),
  );
}

/** The problems for which the constructs that `build` makes are refused; none when they are not. */
export function problemsOf(
  build: (stack: TerraformStack) => void,
  { context = {}, stackId = "test", names }: Options = {},
): readonly string[] {
  return withApp(context, (app) => {
    stackIn(app, stackId, build, names);
    return problemsBelow(app);
  });
}
