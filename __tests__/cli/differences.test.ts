import { describe, expect, test } from "vitest";
import { differences } from "../../scripts/differences";

describe("differences", () => {
  test("are none between equal values, whatever the order of their keys", () => {
    expect(differences({ a: [1, { b: null }], c: "x" }, { c: "x", a: [1, { b: null }] })).toEqual([]);
  });

  test("are named by their path, with both values", () => {
    expect(differences({ a: [1, { b: 2 }], c: "x" }, { a: [1, { b: 3 }, 4], d: "x" })).toEqual([
      { path: "a.1.b", one: 2, other: 3 },
      { path: "a.2", one: undefined, other: 4 },
      { path: "c", one: "x", other: undefined },
      { path: "d", one: undefined, other: "x" },
    ]);
  });

  test("are found between values of different kinds", () => {
    expect(differences({ a: {} }, { a: "x" })).toEqual([{ path: "a", one: {}, other: "x" }]);
  });
});
