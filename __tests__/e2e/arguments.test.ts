import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { treatmentOf, treatments } from "../../terraform/arguments";
import { temporaryFolder } from "../support/folders";
import { describeProvider } from "./support/requirements";

interface Block {
  readonly attributes?: Readonly<
    Record<string, { readonly optional?: boolean; readonly required?: boolean }>
  >;
  readonly block_types?: Readonly<Record<string, { readonly block: Block }>>;
}

/** The provider's own description of its resources. */
function providerSchema(): Readonly<Record<string, { readonly block: Block }>> {
  const folder = temporaryFolder();
  const aws = { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: { aws } } }));
  const run = (...args: string[]) =>
    spawnSync("terraform", [`-chdir=${folder}`, ...args], {
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
    });
  run("init", "-input=false");
  const { provider_schemas } = JSON.parse(run("providers", "schema", "-json").stdout);
  const providers: { resource_schemas: Record<string, { block: Block }> }[] = Object.values(provider_schemas);
  return Object.fromEntries(providers.flatMap(({ resource_schemas }) => Object.entries(resource_schemas)));
}

/** The paths of what can be set. */
function argumentsOf({ attributes = {}, block_types: blocks = {} }: Block, prefix = ""): string[] {
  return [
    ...Object.entries(attributes).flatMap(([name, { optional, required }]) =>
      optional || required ? [`${prefix}${name}`] : [],
    ),
    ...Object.entries(blocks).flatMap(([name, { block }]) => argumentsOf(block, `${prefix}${name}.`)),
  ];
}

describeProvider("the table of what the runner does with each argument", () => {
  const schema = providerSchema();

  it.each(Object.keys(treatments))("has every argument of %s", (type) => {
    const block = schema[type]?.block;
    const missing = argumentsOf(block ?? {}).filter((path) => treatmentOf(type, path) === undefined);
    expect(block).toBeDefined();
    expect(missing).toEqual([]);
  });
});
