import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../values";

type Attributes = Readonly<Record<string, unknown>>;

/**
 * Puts the attributes that are known of resources and data sources in the place of what refers to them, in a copy of a
 * configuration and of its modules. Where the instances of a module differ in an attribute, the reference stays.
 *
 * @param work The configuration's folder, in which `terraform init` has been run.
 * @param known By address, such as `module.lake["a"].data.aws_s3_bucket.logs`.
 */
export function nameReferences(work: string, known: ReadonlyMap<string, Attributes>): void {
  for (const [folder, here] of byFolder(work, known))
    for (const name of readdirSync(folder).filter((one) => /\.tf(?:\.json)?$/.test(one))) {
      const file = join(folder, name);
      const text = readFileSync(file, "utf8");
      const named = inText(text, here, name.endsWith(".json"));
      if (named !== text) writeFileSync(file, named);
    }
}

/** A reference to an attribute, or a list of references that must stay as they are. */
const reference =
  /\breplace_triggered_by\b[^\]]*\]|(?<![\w.-])((?:data\.)?[a-z]\w*\.[\w-]+(?:\[(?:\d+|"[^"\\]*")\])?)\.(\w+)\b(?![\w[(.])/g;

function inText(text: string, known: ReadonlyMap<string, Attributes>, isJson: boolean): string {
  return text.replace(reference, (all, address?: string, attribute?: string) => {
    const value = known.get(address ?? "")?.[attribute ?? ""];
    if (typeof value !== "string") return all;
    const literal = JSON.stringify(value).replace(/[$%](?=\{)/g, "$&$&");
    return isJson ? JSON.stringify(literal).slice(1, -1) : literal;
  });
}

/** The folders of the modules, each with what is known in it by the addresses that it uses itself. */
function byFolder(
  work: string,
  known: ReadonlyMap<string, Attributes>,
): Map<string, Map<string, Attributes>> {
  const folders = new Map<string, Map<string, Attributes>>();
  const places = modules(work);
  for (const [address, attributes] of known) {
    const { path, local } = split(address);
    const place = places.get(path);
    if (place === undefined) continue;
    const folder = join(work, place);
    const here = folders.get(folder) ?? new Map<string, Attributes>();
    folders.set(folder, here);
    const before = here.get(local);
    here.set(local, before ? common(before, attributes) : attributes);
  }
  return folders;
}

const common = (a: Attributes, b: Attributes): Attributes =>
  Object.fromEntries(Object.entries(a).filter(([name, value]) => b[name] === value));

/** `module.a["x"].module.b.aws_sns_topic.t` as the module's path `a.b` and its own `aws_sns_topic.t`. */
function split(address: string): { readonly path: string; readonly local: string } {
  const names: string[] = [];
  const local = address.replace(/\bmodule\.([\w-]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\./g, (_, name) => {
    names.push(name);
    return "";
  });
  return { path: names.join("."), local };
}

/** Where `terraform init` has found each module, by its path: relative folders, that of the root too. */
function modules(work: string): ReadonlyMap<string, string> {
  const file = join(work, ".terraform", "modules", "modules.json");
  const manifest: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const all = isObject(manifest) && Array.isArray(manifest.Modules) ? manifest.Modules.filter(isObject) : [];
  return new Map([["", "."], ...all.map(({ Key, Dir }) => [String(Key), String(Dir)] as const)]);
}
