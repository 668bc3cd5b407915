import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../terraform/expressions/evaluate";
import { parseTemplate } from "../../../terraform/expressions/parse";
import { temporaryFolder } from "../../support/folders";
import { scopeIn } from "./evaluated";

const folder = temporaryFolder();

const scope = scopeIn(folder);
const rendered = (template: string) => evaluate(parseTemplate(template), scope);

describe("a template", () => {
  it("may have directives, with white space left out where they say so", () => {
    expect(rendered("%{ for n in [1, 2] ~}\n  item ${n}\n%{ endfor ~}\nend")).toBe("  item 1\n  item 2\nend");
    expect(rendered("%{ if 1 + 1 == 2 }two%{ else }other%{ endif }")).toBe("two");
  });

  it.each([
    ["%{ if true }a", "expected %{ endif } at character 14"],
    ["%{ for n in [1] }a%{ endif }", "%{ endif } stands alone at character"],
    ["%{ else }", "%{ else } stands alone at character"],
  ])("whose directives are not in pairs is refused with the place: %s", (template, message) => {
    expect(() => rendered(template)).toThrow(message);
  });

  it("may be a file, with the names that it is given and no others", () => {
    writeFileSync(join(folder, "list.tftpl"), "%{ for a in addresses ~}\n${prefix}${a}\n%{ endfor ~}\n");
    const given = '{ prefix = "at ", addresses = ["x", "y"] }';
    expect(rendered(`\${templatefile("list.tftpl", ${given})}`)).toBe("at x\nat y\n");
    expect(() => rendered('${templatefile("list.tftpl", { prefix = "" })}')).toThrow(
      'the template list.tftpl: it was given no "addresses"',
    );
  });

  it.each(["bcrypt", "uuid", "issensitive"])(
    "with a function that can't answer as in Terraform is refused by its name and the reason: %s",
    (name) => {
      expect(() => rendered(`\${${name}("a")}`)).toThrow(
        new RegExp(`^the function ${name} is not evaluated here: \\w+`),
      );
    },
  );

  it("with an unknown function is refused by its name", () => {
    expect(() => rendered('${nope("a")}')).toThrow("the function nope is not supported");
  });

  it("keeps the digits of a number that a double can't hold", () => {
    expect(rendered("${jsonencode({ id = 12345678901234567890 })}")).toBe('{"id":12345678901234567890}');
    expect(rendered('${jsondecode("[9007199254740993]")[0]}-')).toBe("9007199254740993-");
  });

  it("finds the files of a set, in order", () => {
    for (const name of ["b.sql", "a.sql", "c.txt"]) writeFileSync(join(folder, name), "");
    expect(rendered('${join(",", fileset(".", "*.sql"))}')).toBe("a.sql,b.sql");
  });
});
