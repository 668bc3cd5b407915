import { App, Fn, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, test } from "vitest";
import { defaultName, literal, namePrefix, setNames, underscored } from "../../constructs/core/names";
import { InvalidPropsError, Problems } from "../../constructs/core/problems";

const stack = () => new TerraformStack(new App({ outdir: "cdktf.out" }), "shop");

describe("names", () => {
  test("start with the stack's id, or with project and environment of the nearest scope that has them", () => {
    const shop = stack();
    const part = new Construct(shop, "part");
    expect(namePrefix(part)).toBe("shop");
    expect(defaultName(part)).toBe("shop-part");
    setNames(shop, { project: "views", environment: "prod" });
    expect(defaultName(part)).toBe("views-prod-part");
    setNames(part, { project: "clicks", environment: "dev" });
    expect(defaultName(new Construct(part, "inner"))).toBe("clicks-dev-inner");
    expect(namePrefix(shop)).toBe("views-prod");
  });

  test("have underscores where hyphens are not allowed", () => {
    expect(underscored("My-page-views")).toBe("my_page_views");
  });
});

describe("text for others", () => {
  test.each([
    ["${a} and ${b}", "$${a} and $${b}"],
    ["%{if}", "%%{if}"],
    ["$ % { } $a", "$ % { } $a"],
  ])("%s keeps its templates from Terraform", (text, escaped) => {
    expect(literal(text)).toBe(escaped);
  });
});

describe("problems", () => {
  test("are thrown together, one line each", () => {
    const check = () =>
      Problems.check(stack(), (problems) => {
        problems.integer("size", 3, 4, 5, "bytes");
        problems.at("inner").at("most").name("name", "x", /y/, "y");
      });
    expect(check).toThrow(InvalidPropsError);
    expect(check).toThrow(expect.objectContaining({ name: "InvalidPropsError" }));
    expect(check).toThrow(
      /^shop: size is 3: must be a whole number of bytes from 4 to 5\nshop: inner\.most\.name is "x": must be y$/,
    );
  });

  test("show what is no number at all", () => {
    const check = (value: unknown) => () =>
      Problems.check(stack(), (problems) => problems.integer("size", value as number, 4, 5, "bytes"));
    expect(check(null)).toThrow("shop: size is null: must be a whole number of bytes from 4 to 5");
    expect(check({ of: 4 })).toThrow('shop: size is {"of":4}: must be a whole number of bytes from 4 to 5');
    expect(check(stack())).toThrow("shop: size is a construct: must be a whole number of bytes from 4 to 5");
  });

  test("are none where all holds, where nothing is given, and where only Terraform knows", () => {
    expect(() =>
      Problems.check(stack(), (problems) => {
        for (const size of [4, 5, undefined, Fn.tonumber("9")]) problems.integer("size", size, 4, 5, "bytes");
        for (const name of ["y", undefined, Fn.lower("X")]) problems.name("name", name, /y/, "y");
        problems.exclusive("one", 1, "two", undefined);
        problems.exclusive("one", undefined, "two", 2);
      }),
    ).not.toThrow();
  });
});
