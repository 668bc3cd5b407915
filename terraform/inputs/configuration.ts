import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Block, Body, Document } from "../document";
import { StackError } from "../errors";
import { isObject } from "../values";
import { givenVariables } from "./variables";

/** A file of Terraform JSON with its contents. */
export interface JsonFile {
  readonly file: string;
  readonly json: Body;
}

/**
 * Reads Terraform JSON files as a document. A block may be written as an object or as an array of objects. Override files
 * are merged into the others.
 *
 * https://developer.hashicorp.com/terraform/language/syntax/json
 * https://developer.hashicorp.com/terraform/language/files/override
 *
 * @throws StackError when a file is not valid Terraform JSON.
 */
export function documentOfFiles(files: readonly JsonFile[]): Document {
  const [first] = files;
  const folder = dirname(first?.file ?? ".");
  const configuration = new Configuration();
  for (const one of files.filter(({ file }) => !isOverride(file))) configuration.add(one, false);
  for (const one of files.filter(({ file }) => isOverride(file))) configuration.add(one, true);
  const { locals, variables, outputs, providers, resources, data, modules } = configuration;
  return {
    folder,
    resources,
    data,
    locals,
    variables,
    given: givenVariables(folder),
    outputs,
    providers,
    isPlanned: false,
    notRead: [
      ...[...modules].map(
        (name) => `module.${name}: modules are not read; Terraform's plan has them: --plan FILE`,
      ),
      ...hclFiles(folder).map((name) => `${name}: HCL is not read; Terraform's plan has it: --plan FILE`),
    ],
  };
}

const isOverride = (file: string): boolean => /^(?:.*_)?override\.tf\.json$/.test(basename(file));

/** Names of the HCL files in a folder. */
export function hclFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".tf"))
    .sort();
}

class Configuration {
  readonly resources = new Map<string, Block>();
  readonly data = new Map<string, Block>();
  readonly variables = new Map<string, Body>();
  readonly outputs = new Map<string, Body>();
  readonly providers = new Map<string, Body[]>();
  readonly modules = new Set<string>();
  locals: Body = {};

  /** @param merge Whether the file is an override file, whose blocks replace attributes of existing blocks. */
  add({ file, json }: JsonFile, merge: boolean): void {
    const bodiesOf = (kind: string) => bodies(json[kind], file, kind);
    for (const block of bodiesOf("locals")) this.locals = { ...this.locals, ...block };
    for (const [kind, target] of [
      ["variable", this.variables],
      ["output", this.outputs],
    ] as const)
      for (const [name, body] of named(bodiesOf(kind), file, kind))
        target.set(name, merge ? { ...target.get(name), ...body } : body);
    for (const [name] of named(bodiesOf("module"), file, "module")) this.modules.add(name);
    this.addProviders(bodiesOf("provider"), file, merge);
    for (const [kind, target, prefix, mode] of [
      ["resource", this.resources, "", "managed"],
      ["data", this.data, "data.", "data"],
    ] as const)
      for (const block of bodiesOf(kind))
        for (const [type, group] of entries(block))
          for (const [name, body] of named(bodies(group, file, `${kind} "${type}"`), file, type)) {
            const address = `${prefix}${type}.${name}`;
            const before = merge ? target.get(address)?.body : undefined;
            target.set(address, { address, mode, type, body: { ...before, ...body } });
          }
  }

  private addProviders(blocks: readonly Body[], file: string, merge: boolean): void {
    for (const block of blocks)
      for (const [name, group] of entries(block))
        for (const body of bodies(group, file, `provider "${name}"`)) {
          const known = this.providers.get(name) ?? [];
          const at = merge ? known.findIndex(({ alias }) => alias === body.alias) : -1;
          if (at >= 0) known[at] = { ...known[at], ...body };
          else known.push(body);
          this.providers.set(name, known);
        }
  }
}

/** The entries of a body without comments, which are written under the key `//`. */
const entries = (body: Body): [string, unknown][] => Object.entries(body).filter(([name]) => name !== "//");

function named(blocks: readonly Body[], file: string, kind: string): [string, Body][] {
  return blocks.flatMap((block) =>
    entries(block).map(([name, body]): [string, Body] => [
      name,
      Object.assign({}, ...bodies(body, file, `${kind} "${name}"`)),
    ]),
  );
}

/** The bodies of blocks, which may be written as an object or as an array of objects. */
function bodies(value: unknown, file: string, what: string): Body[] {
  if (value === undefined || value === null) return [];
  if (isObject(value)) return [value];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw new StackError(`${file}: ${what} must be an object or a list of objects`);
}

/** Names of the Terraform JSON files in a folder. */
export function jsonFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".tf.json"))
    .sort()
    .map((name) => join(folder, name));
}
