import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { pages, prose, root } from "./support";

/** As GitHub makes a heading's anchor. */
function anchorOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = anchorOf(heading);
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

const linksOf = (page: string): string[] =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);

/** What is wrong with a link of a page, if anything. */
function problemOf(page: string, link: string): string | undefined {
  if (/^https?:/.test(link)) return URL.canParse(link) ? undefined : "is no URL";
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), decodeURI(path));
  if (!existsSync(join(root, target))) return "leads nowhere";
  if (anchor === undefined) return undefined;
  if (!target.endsWith(".md")) return "names an anchor in a file that has none";
  return anchorsOf(target).includes(anchor) ? undefined : "names an anchor that is not there";
}

describe("links", () => {
  it("are looked at in every page", () => {
    expect(pages).toEqual(expect.arrayContaining(["README.md", "docs/operations.md", "docs/scale.md"]));
  });

  it.each(pages)("of %s lead to files and headings that are there", (page) => {
    const problems = linksOf(page).flatMap((link) => {
      const problem = problemOf(page, link);
      return problem ? [`${link} ${problem}`] : [];
    });
    expect(problems).toEqual([]);
  });
});

describe("files that a page names in backticks", () => {
  it.each(pages)("of %s are there", (page) => {
    const named = [
      ...prose(page).matchAll(
        /`((?:constructs|cost|dataset|docs|examples|functions|local|producer|query|scripts|__tests__)\/[\w./-]+\.\w+)`/g,
      ),
    ].map(([, path = ""]) => path);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
