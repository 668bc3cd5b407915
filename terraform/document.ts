import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { StackError } from "./errors";
import { isObject } from "./values";

export { StackError } from "./errors";

export type Body = Readonly<Record<string, unknown>>;

/** A `resource` or `data` block of a Terraform JSON file. */
export interface Block {
  /** `aws_s3_bucket.lake`, or `data.aws_region.current`. */
  readonly address: string;
  readonly type: string;
  readonly body: Body;
}

/** Terraform JSON as it stands, its two ways to write blocks (object or array of objects) made one. */
export interface Document {
  readonly folder: string;
  /** The files read, relative to the folder. */
  readonly files: readonly string[];
  readonly resources: ReadonlyMap<string, Block>;
  readonly data: ReadonlyMap<string, Block>;
  readonly locals: Body;
  readonly variables: ReadonlyMap<string, Body>;
  readonly outputs: ReadonlyMap<string, Body>;
  readonly providers: ReadonlyMap<string, readonly Body[]>;
  readonly modules: readonly string[];
}

/**
 * Reads one Terraform JSON file, or every `*.tf.json` of a folder.
 *
 * https://developer.hashicorp.com/terraform/language/syntax/json
 *
 * @throws StackError when there is nothing to read or it is not Terraform JSON.
 */
export function readDocument(fileOrFolder: string): Document {
  const files = stackFiles(resolve(fileOrFolder));
  const first = files[0] ?? fileOrFolder;
  const contents = files.map((file) => parse(file));
  const blocks = (kind: string) => contents.flatMap(({ file, json }) => bodies(json[kind], file, kind));
  const named = (kind: string): Map<string, Body> => {
    const all = blocks(kind).flatMap((block) => Object.entries(block).filter(([name]) => name !== "//"));
    return new Map(
      all.map(([name, body]) => [name, Object.assign({}, ...bodies(body, first, `${kind} "${name}"`))]),
    );
  };
  const typed = (kind: string, prefix: string): Map<string, Block> => {
    const all = new Map<string, Block>();
    for (const block of blocks(kind))
      for (const [type, group] of Object.entries(block).filter(([name]) => name !== "//"))
        for (const names of bodies(group, first, `${kind} "${type}"`))
          for (const [name, body] of Object.entries(names).filter(([key]) => key !== "//")) {
            const address = `${prefix}${type}.${name}`;
            all.set(address, { address, type, body: Object.assign({}, ...bodies(body, first, address)) });
          }
    return all;
  };
  const providers = new Map<string, Body[]>();
  for (const block of blocks("provider"))
    for (const [name, body] of Object.entries(block))
      providers.set(name, [...(providers.get(name) ?? []), ...bodies(body, first, `provider "${name}"`)]);
  return {
    folder: dirname(first),
    files: files.map((file) => basename(file)),
    resources: typed("resource", ""),
    data: typed("data", "data."),
    locals: Object.assign({}, ...blocks("locals")),
    variables: named("variable"),
    outputs: named("output"),
    providers,
    modules: [...named("module").keys()],
  };
}

function stackFiles(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new StackError(`there is no stack at ${path}: give a cdk.tf.json file or its folder`);
  if (!stat.isDirectory()) return [path];
  const files = readdirSync(path)
    .filter((name) => name.endsWith(".tf.json"))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) throw new StackError(`there is no *.tf.json file in ${path}`);
  return files;
}

function parse(file: string): { file: string; json: Body } {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new StackError(`${file} is not valid JSON: ${(error as Error).message.split("\n")[0]}`);
  }
  if (!isObject(json))
    throw new StackError(`${file} is not Terraform JSON: it must be an object with "resource" blocks`);
  return { file, json };
}

/** A block body may be an object or an array of objects. */
function bodies(value: unknown, file: string, what: string): Body[] {
  if (value === undefined || value === null) return [];
  if (isObject(value)) return [value];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw new StackError(`${file}: ${what} must be an object or a list of objects`);
}
