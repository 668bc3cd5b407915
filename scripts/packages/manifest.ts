import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import type { PublishedPackage } from "./published";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly workspaces: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  /** The source of each export, such as `./types`. */
  readonly exports: Readonly<Record<string, string>>;
}

const root = join(__dirname, "../..");
const read = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));

/** The manifests of this project's workspaces, with their folders. */
export const workspaces = (): (Manifest & { readonly folder: string })[] =>
  read(".").workspaces.map((folder) => ({ folder, ...read(folder) }));

/** The specifiers that a built file imports, as they are written. */
export function specifiersIn(file: string): string[] {
  // The last alternative matches a package that is loaded or looked up only when it is needed:
  // `createRequire(__filename)("…")`.
  const statements =
    /\brequire\("([^"]+)"\)|\bfrom "([^"]+)"|\bimport "([^"]+)"|\bimport\("([^"]+)"\)|\(__filename\)(?:\.resolve)?\("([^"]+)"\)/g;
  return [...readFileSync(file, "utf8").matchAll(statements)].map(
    ([, ...groups]) => groups.find((group) => group !== undefined) ?? "",
  );
}

/** The packages that built files import, without Node's built-in modules. */
export function dependenciesOf(files: readonly string[]): string[] {
  const specifiers = files.filter((file) => /\.(?:[cm]?js|d\.[cm]?ts)$/.test(file)).flatMap(specifiersIn);
  const packages = specifiers
    .filter((specifier) => !/^(?:\.|node:)/.test(specifier) && !builtinModules.includes(specifier))
    .map((specifier) => specifier.replace(/^(@[^/]+\/[^/]+|[^/]+).*$/, "$1"));
  return [...new Set(packages)].sort();
}

/** The `package.json` of a package whose files import these packages. */
export function manifestOf(published: PublishedPackage, imported: readonly string[]): object {
  const { version, license, engines, dependencies } = read(".");
  const ranges = Object.assign({}, dependencies, ...workspaces().map((workspace) => workspace.dependencies));
  const { name, description, keywords, index, bin, peers = [] } = published;
  const ranged = (names: readonly string[], convert = (range: string) => range) =>
    names.length === 0
      ? undefined
      : Object.fromEntries(names.map((each) => [each, convert(rangeOf(each, ranges))]));
  const path = `./dist/${index.replace(/\.ts$/, "")}`;
  return {
    name,
    version,
    description,
    keywords,
    license,
    engines,
    type: "commonjs",
    main: `${path}.js`,
    types: `${path}.d.ts`,
    exports: {
      ".": {
        import: { types: `${path}.d.mts`, default: `${path}.mjs` },
        require: { types: `${path}.d.ts`, default: `${path}.js` },
      },
      "./package.json": "./package.json",
    },
    bin: bin && mapValues(bin, (source) => `dist/${source.replace(/ts$/, "js")}`),
    files: ["dist"],
    dependencies: ranged(imported.filter((each) => !peers.includes(each))),
    // An app can use a newer compatible version than the one that this project is tested with.
    peerDependencies: ranged(peers, (range) => range.replace(/^(?=\d)/, "^")),
  };
}

function rangeOf(name: string, ranges: Readonly<Record<string, string>>): string {
  const range = ranges[name];
  if (range === undefined) throw new Error(`no package.json of this project has a version of ${name}`);
  return range;
}

const mapValues = <T, U>(versions: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(versions).map(([name, value]) => [name, change(value)]));
