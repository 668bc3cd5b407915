import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { encodeReading } from "@streaming-data-lake/dataset";
import { simulateReadings } from "@streaming-data-lake/dataset/simulate";
import { App } from "cdktf";
import { PipelineStack } from "../../../stacks/pipeline-stack";
import { parseSettings } from "../../../stacks/settings";
import { loadStack } from "../../../terraform/index";
import type { Stack } from "../../../terraform/types";
import { program } from "../../support/program";

const root = join(__dirname, "../../..");

/** A stack whose policies are proved, and what is put on its stream. */
export interface ProvedStack {
  readonly name: string;
  readonly load: (folder: string) => Stack;
  readonly records: () => readonly string[];
}

function pipeline(settings: Record<string, unknown>): ProvedStack["load"] {
  return (folder) => {
    mkdirSync(folder, { recursive: true });
    const app = new App({ outdir: folder, stackTraces: false });
    new PipelineStack(app, "sensor-lake", {
      settings: parseSettings(settings),
      handlerEntry: join(root, "functions/process-readings/index.ts"),
    });
    app.synth();
    return loadStack(join(folder, "stacks/sensor-lake"));
  };
}

function example(name: string, stack: string): ProvedStack["load"] {
  return (folder) => {
    execFileSync(process.execPath, program(`examples/${name}.ts`), {
      cwd: root,
      env: { ...process.env, CDKTF_OUTDIR: folder },
    });
    return loadStack(join(folder, "stacks", stack));
  };
}

const unreadable = "no JSON\n";

function readings(): string[] {
  const simulated = simulateReadings({ start: new Date(Date.now() - 90 * 60_000) });
  return [...Array.from({ length: 20 }, () => encodeReading(simulated.next().value)), unreadable];
}

function pageViews(): string[] {
  const view = (index: number) =>
    `${JSON.stringify({ viewed_at: new Date().toISOString(), page: `/shop/${index}`, visitor: "v", milliseconds: 9, country: "pt" })}\n`;
  return [...Array.from({ length: 20 }, (_, index) => view(index)), unreadable];
}

export const provedStacks: readonly ProvedStack[] = [
  { name: "default", load: pipeline({}), records: readings },
  {
    name: "keyed",
    load: pipeline({ customerManagedKey: true, enhancedFanOut: true, tracing: true }),
    records: readings,
  },
  { name: "complete", load: example("complete", "page-views-complete"), records: pageViews },
];
