import { builtinModules } from "node:module";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesEndingIn, read } from "./support";

const workspaces = [
  "aggregation",
  "command",
  "dataset",
  "producer",
  "rules",
  "terraform",
  "timing",
  "local/aws",
  "local/console",
  "local/iam",
  "local/kinesis",
  "local/lake",
  "local/runner",
];
/** Those with a `package.json` of their own, by the name after the scope. */
const workspaceNamed = new Map(workspaces.map((folder) => [basename(folder), folder]));
/** They may import from every room. */
const everywhere = /^(__tests__|bench)\//;

interface Import {
  readonly file: string;
  /** As it is written. */
  readonly specifier: string;
  /** Path from the project's folder, of a file or a folder; absent for the packages of others. */
  readonly target?: string;
}

function importsOf(file: string): Import[] {
  const statements = /^(?:import|export)\b[^;"]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...read(file).matchAll(statements)].map(([, ...groups]) => {
    const specifier = groups.find((group) => group !== undefined) ?? "";
    const [, workspace = ""] = /^@streaming-data-lake\/([^/]+)/.exec(specifier) ?? [];
    if (workspace) return { file, specifier, target: workspaceNamed.get(workspace) ?? workspace };
    if (specifier === "streaming-data-lake") return { file, specifier, target: "constructs" };
    return specifier.startsWith(".")
      ? { file, specifier, target: join(dirname(file), specifier) }
      : { file, specifier };
  });
}

const sources = filesEndingIn(".ts", ".tsx", ".mts", ".mjs").filter(
  (file) => !everywhere.test(file) && !/^[\w.]+\.config\.m[jt]s$/.test(file),
);
const imports = sources.flatMap(importsOf);

/** Room by room, from the page: those that it imports from. */
const [, afterMark = ""] = read("docs/architecture.md").split("<!-- doors -->");
const [doorTable = ""] = afterMark.split(/\n\n(?!\|)/).filter((part) => part.includes("|"));
const doors = new Map(
  [...doorTable.matchAll(/^\| `([^`]+)` \|[^|]*\|([^|]*)\|$/gm)].map(([, room = "", others = ""]) => [
    room,
    [...others.matchAll(/`([^`]+)`/g)].map(([, other = ""]) => other),
  ]),
);
const rooms = [...doors.keys()].toSorted((one, other) => other.length - one.length);
const roomOf = (path: string) =>
  rooms.find((room) => path === room || `${path}/`.startsWith(room)) ?? `no room: ${path}`;

/** A source without its comments, the text of its strings and that between the tags of a page. */
const codeOf = (file: string) =>
  read(file)
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
    .replace(
      /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\[\s\S]|\$(?!\{)|\$\{(?:[^{}`]|`[^`]*`)*\})*`/g,
      '""',
    )
    .replace(/\/(?:[^/\\\n[]|\\.|\[[^\]\n]*\])+\/[gimsuy]*(?=[.,;) ])/g, "");

const passages = imports.flatMap(({ file, target }) => {
  if (target === undefined) return [];
  const [from, to] = [roomOf(file), roomOf(target)];
  return from === to ? [] : [{ file, door: `${from} -> ${to}` }];
});

describe("the rooms of docs/architecture.md", () => {
  it("are the folders and the app", () => {
    expect(imports.length).toBeGreaterThan(200);
    expect([...new Set(sources.map(roomOf))].toSorted()).toEqual([...doors.keys()].toSorted());
  });

  it("have all the doors that imports go through", () => {
    const named = new Set([...doors].flatMap(([from, others]) => others.map((to) => `${from} -> ${to}`)));
    expect(passages.filter(({ door }) => !named.has(door))).toEqual([]);
  });

  it("have no door that nobody uses", () => {
    const used = new Set(passages.map(({ door }) => door));
    const named = [...doors].flatMap(([from, others]) => others.map((to) => `${from} -> ${to}`));
    expect(named.filter((door) => !used.has(door))).toEqual([]);
  });
});

describe("finer rules", () => {
  it("workspaces are imported by their package's name", () => {
    const astray = imports.filter(({ file, specifier, target = "" }) => {
      const workspace = workspaces.find((folder) => target.startsWith(`${folder}/`));
      return specifier.startsWith(".") && workspace !== undefined && !file.startsWith(`${workspace}/`);
    });
    expect(astray).toEqual([]);
  });

  it.each(workspaces)("%s names every package that it imports", (workspace) => {
    const { dependencies } = JSON.parse(read(`${workspace}/package.json`)) as {
      dependencies: Record<string, string>;
    };
    const packages = imports
      .filter(({ file, specifier }) => file.startsWith(`${workspace}/`) && !specifier.startsWith("."))
      .map(({ specifier }) => specifier.replace(/^(@[^/]+\/[^/]+|[^/]+).*$/, "$1"))
      .filter((name) => !name.startsWith("node:") && !builtinModules.includes(name));
    expect(packages.filter((name) => !(name in dependencies))).toEqual([]);
  });

  it("what runs a stack knows no sensor", () => {
    const words = /\b(?:sensors?|temperatures?|humidity|(?:a|the|late|high|sensor) readings?)\b/i;
    const knowing = filesEndingIn(".ts", ".tsx", ".mjs").filter(
      (file) => /^local\//.test(file) && words.test(read(file)),
    );
    expect(knowing).toEqual([]);
  });

  it("no value has a name that does not say what it is", () => {
    const names = "hurry|patience|tips|unheard|isRight|judge|kept";
    // Variables, parameters, properties, and what is destructured: any use but that of another package's property.
    const use = new RegExp(`(?<![.\\w-])(?:${names})(?![\\w-])`);
    // Apart from the catalog's file, which has this name for a definition. It is also a keyword of loops.
    const ofDeclared =
      /\b(?:const|let|readonly|private) of(?:\?:|:| =)|\bfunction of[(<]|\(of: |[{,] of(?:,| \})/;
    const files = filesEndingIn(".ts", ".tsx").filter((file) => !/architecture/.test(file));
    const found = files.filter(
      (file) =>
        use.test(codeOf(file)) ||
        (file !== "local/lake/catalog/state.ts" && ofDeclared.test(codeOf(file))) ||
        new RegExp(`^(?:${names})$`).test(basename(file).replace(/\..*$/, "")),
    );
    expect(found).toEqual([]);
  });

  it("an exported name has one meaning", () => {
    const allowed = new Set([
      // Combinators, each of which describes values of its own kind: props, flags, requests, SQL types, texts of the page.
      ...["boolean", "date", "flag", "integer", "list", "number", "object", "oneOf", "text"],
      // Entry points, which are imported where they are called or by AWS.
      ...["handler", "run"],
      // Public names of two packages, which are those of AWS.
      ...["GlueTable", "Metric"],
    ]);
    const declaration =
      /^export (?:default )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;
    const places = new Map<string, string[]>();
    for (const file of sources)
      for (const name of new Set([...codeOf(file).matchAll(declaration)].map(([, name = ""]) => name)))
        places.set(name, [...(places.get(name) ?? []), file]);
    expect([...places].filter(([name, files]) => files.length > 1 && !allowed.has(name))).toEqual([]);
    expect([...allowed].filter((name) => (places.get(name) ?? []).length < 2)).toEqual([]);
  });

  it("no folder has more than 15 source files side by side", () => {
    const counts = new Map<string, number>();
    for (const file of filesEndingIn(".ts", ".tsx", ".mts", ".mjs"))
      counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([folder, count]) => folder !== "." && count > 15)).toEqual([]);
  });

  it("provider resources are imported from their own folder", () => {
    expect(imports.filter(({ specifier }) => specifier === "@cdktf/provider-aws")).toEqual([]);
  });

  it("constructs know nothing of what the records hold", () => {
    const words = /sensor|temperature|reading/i;
    expect(
      filesEndingIn(".ts").filter((file) => /^constructs\//.test(file) && words.test(read(file))),
    ).toEqual([]);
  });
});
