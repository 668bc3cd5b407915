import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { settingsSchema } from "../../stacks/settings/schema";
import { read } from "../docs/support";
import { deployed, deployment, succeeded } from "./support/deployment";
import { plannedChanges } from "./support/plan";
import { describeDeployment } from "./support/requirements";

/** Changes of settings, planned together, and the types of what the provider then replaces. */
const changes: readonly (readonly [
  changes: Readonly<Record<string, unknown>>,
  replaced: readonly string[],
])[] = [
  [{ enhancedFanOut: true }, ["aws_lambda_event_source_mapping"]],
  [{ readFrom: "2026-01-15T10:30:00Z" }, ["aws_lambda_event_source_mapping"]],
  [{ streamMode: "ON_DEMAND", customerManagedKey: true, forceDestroy: false }, []],
  [
    {
      shardCount: 2,
      streamRetentionHours: 48,
      batchSize: 200,
      batchingWindowSeconds: 2,
      parallelizationFactor: 2,
      maximumRetryAttempts: 5,
      tracing: true,
      functionMemoryMegabytes: 512,
      functionTimeoutSeconds: 30,
      alertThresholdCelsius: 25,
      bufferSeconds: 900,
      bufferMebibytes: 128,
      retentionDays: 100,
      errorRetentionDays: 30,
      resultRetentionDays: 3,
      logRetentionDays: 30,
      scanCutoffMebibytes: 100,
      alarmEmails: ["a@example.com", "b@example.com"],
      monthlyBudgetDollars: 10,
    },
    [],
  ],
];

/** They make another deployment, with a state of its own, or move the state: __tests__/stacks/state.test.ts. */
const notPlanned = ["project", "environment", "region", "stateBucket", "stateRegion"];

/** Settings of the table of docs/operations.md whose change replaces something. */
const [, section = ""] =
  /\n## What a change replaces and what that costs\n([\s\S]*?)\n## /.exec(read("docs/operations.md")) ?? [];
const documented = [...section.matchAll(/^\| (.+?) \| (.+?) \| .+ \|$/gm)]
  .filter(([, , happens = ""]) => /\bis replaced\b/.test(happens))
  .flatMap(([, settings = ""]) => [...settings.matchAll(/`(\w+)`/g)].map(([, name]) => name));

describeDeployment("a change of", () => {
  let original: string;

  const on = deployment(async ({ project }) => {
    original = await readFile(join(project.folder, "cdktf.json"), "utf8");
    await deployed(project);
  });

  async function replaced(): Promise<readonly string[]> {
    await succeeded(on.project.synthesize());
    await succeeded(on.project.terraform(["plan", "-input=false", "-out=plan"]));
    const all = await plannedChanges(on.project);
    return all.filter(({ actions }) => actions.length > 1).map(({ type }) => type);
  }

  it.each(
    changes.map(([settings, expected]) => [Object.keys(settings).join(", "), settings, expected] as const),
  )("%s", async (_, settings, expected) => {
    await writeFile(join(on.project.folder, "cdktf.json"), original);
    await on.project.configure(settings);
    expect(await replaced()).toEqual(expected);
  });

  it("the dataset's columns replaces nothing", async () => {
    await writeFile(join(on.project.folder, "cdktf.json"), original);
    const file = join(on.project.folder, "dataset/reading.ts");
    const text = await readFile(file, "utf8");
    await writeFile(
      file,
      text.replace(/^ {2}location: /m, "  signal_dbm: z.number().optional(),\n  location: "),
    );
    expect(await replaced()).toEqual([]);
  });

  it("any other setting is planned here or documented as another deployment, and the page names what is replaced", () => {
    const planned = changes.flatMap(([settings]) => Object.keys(settings));
    expect([...planned, ...notPlanned].toSorted()).toEqual(Object.keys(settingsSchema.shape).toSorted());
    const replacing = changes.flatMap(([settings, types]) => (types.length > 0 ? Object.keys(settings) : []));
    expect(documented.toSorted()).toEqual(replacing.toSorted());
  });
});
