import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../values";

type Attributes = Readonly<Record<string, unknown>>;

/**
 * Replaces references to known attributes of resources and data sources by their values, in a copy of a configuration and
 * its modules. A reference stays when the instances of a module differ in the attribute.
 *
 * @param work The configuration's folder, in which `terraform init` has been run.
 * @param known The known attributes by address, such as `module.lake["a"].data.aws_s3_bucket.logs`.
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

/** The known attributes in each module's folder, by the addresses that the module itself uses. */
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

/** Splits `module.a["x"].module.b.aws_sns_topic.t` into the module's path `a.b` and the local address `aws_sns_topic.t`. */
function split(address: string): { readonly path: string; readonly local: string } {
  const names: string[] = [];
  const local = address.replace(/\bmodule\.([\w-]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\./g, (_, name) => {
    names.push(name);
    return "";
  });
  return { path: names.join("."), local };
}

/** The relative folder of each module, including the root, by the module's path, as `terraform init` has recorded it. */
function modules(work: string): ReadonlyMap<string, string> {
  const file = join(work, ".terraform", "modules", "modules.json");
  const manifest: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const all = isObject(manifest) && Array.isArray(manifest.Modules) ? manifest.Modules.filter(isObject) : [];
  return new Map([["", "."], ...all.map(({ Key, Dir }) => [String(Key), String(Dir)] as const)]);
}
