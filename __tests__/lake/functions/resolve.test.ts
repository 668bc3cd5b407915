import { describe, expect, it } from "vitest";
import { describeFunctions } from "../../../local/lake/trino/functions/catalog";
import { families } from "../../../local/lake/trino/functions/families";
import { type CallArgument, resolveCall } from "../../../local/lake/trino/functions/registry";
import { functionNames } from "../../../local/lake/trino/functions/signatures/table";
import { TrinoError } from "../../../local/lake/trino/types/errors";
import { formatType } from "../../../local/lake/trino/types/format";
import {
  arrayOf,
  bigint,
  boolean,
  date,
  decimalOf,
  double,
  integer,
  json,
  mapOf,
  type Type,
  timeOf,
  tinyint,
  unknown,
  varchar,
  varcharOf,
} from "../../../local/lake/trino/types/types";

const value = (type: Type): CallArgument => ({ kind: "value", type });
const lambda = (parameters: number, typeOf: (types: readonly Type[]) => Type): CallArgument => ({
  kind: "lambda",
  parameters,
  typeOf,
});

/** `abs(bigint) bigint` of a call with arguments of these types. */
const chosen = (name: string, ...args: readonly (Type | CallArgument)[]): string => {
  const call = resolveCall(
    name,
    args.map((argument) =>
      "typeOf" in argument || argument.kind === "value"
        ? (argument as CallArgument)
        : value(argument as Type),
    ),
  );
  const parameters = call.parameters.map((parameter) =>
    parameter.kind === "value"
      ? formatType(parameter.type)
      : `function(${[...parameter.parameters, parameter.returns].map(formatType).join(",")})`,
  );
  return `${call.name}(${parameters.join(", ")}) ${formatType(call.returns)}`;
};

const refusal = (name: string, ...types: readonly Type[]): TrinoError => {
  try {
    resolveCall(name, types.map(value), { line: 1, column: 8 });
  } catch (error) {
    if (error instanceof TrinoError) return error;
    throw error;
  }
  throw new Error("the call was resolved");
};

describe("The signature of a call", () => {
  it("is the exact one before any that needs a coercion", () => {
    expect(chosen("abs", tinyint)).toBe("abs(tinyint) tinyint");
    expect(chosen("abs", double)).toBe("abs(double) double");
  });

  it("is the most specific of those that take the arguments by coercions", () => {
    expect(chosen("sqrt", integer)).toBe("sqrt(double) double");
    expect(chosen("bitwise_and", integer, tinyint)).toBe("bitwise_and(bigint, bigint) bigint");
    expect(chosen("to_iso8601", unknown)).toBe("to_iso8601(date) varchar(16)");
  });

  it("is found whatever the case of the name", () => {
    expect(chosen("ABS", bigint)).toBe("abs(bigint) bigint");
  });

  it("has one type for a variable that several arguments bind", () => {
    expect(chosen("array_union", arrayOf(integer), arrayOf(bigint))).toBe(
      "array_union(array(bigint), array(bigint)) array(bigint)",
    );
    expect(chosen("contains", arrayOf(double), integer)).toBe("contains(array(double), double) boolean");
    expect(chosen("map", arrayOf(varcharOf(1)), arrayOf(date))).toBe(
      "map(array(varchar(1)), array(date)) map(varchar(1), date)",
    );
  });

  it("repeats the last parameter of a variadic function", () => {
    expect(chosen("concat", varcharOf(1), varcharOf(2), varchar)).toBe(
      "concat(varchar, varchar, varchar) varchar",
    );
    expect(chosen("greatest", integer, bigint, tinyint)).toBe("greatest(bigint, bigint, bigint) bigint");
  });

  it("computes lengths, precisions and scales of the result", () => {
    expect(chosen("round", decimalOf(5, 2))).toBe("round(decimal(5,2)) decimal(4,0)");
    expect(chosen("mod", decimalOf(5, 2), decimalOf(10, 4))).toBe(
      "mod(decimal(5,2), decimal(10,4)) decimal(7,4)",
    );
    expect(chosen("replace", varcharOf(3), varcharOf(1), varcharOf(2))).toBe(
      "replace(varchar(3), varchar(1), varchar(2)) varchar(11)",
    );
    expect(chosen("sum", decimalOf(12, 2))).toBe("sum(decimal(12,2)) decimal(38,2)");
    expect(chosen("date_trunc", varcharOf(3), timeOf("timestamp", 3))).toBe(
      "date_trunc(varchar(3), timestamp(3)) timestamp(3)",
    );
  });

  it("types a lambda by the other arguments, and the result by the lambda", () => {
    expect(
      chosen(
        "transform",
        arrayOf(integer),
        lambda(1, ([x]) => (x?.kind === "integer" ? varchar : json)),
      ),
    ).toBe("transform(array(integer), function(integer,varchar)) array(varchar)");
    expect(
      chosen(
        "reduce",
        arrayOf(integer),
        bigint,
        lambda(2, () => bigint),
        lambda(1, () => double),
      ),
    ).toBe("reduce(array(integer), bigint, function(bigint,integer,bigint), function(bigint,double)) double");
  });

  it("widens a state that a lambda's answer is wider than", () => {
    expect(
      chosen(
        "reduce",
        arrayOf(integer),
        integer,
        lambda(2, () => bigint),
        lambda(1, ([s]) => s ?? unknown),
      ),
    ).toBe("reduce(array(integer), bigint, function(bigint,integer,bigint), function(bigint,bigint)) bigint");
  });

  it("doesn't coerce what a lambda answers", () => {
    expect(() =>
      chosen(
        "filter",
        arrayOf(integer),
        lambda(1, () => integer),
      ),
    ).toThrow(/^Unexpected parameters \(array\(integer\), <function>\) for function filter/);
    expect(() =>
      chosen(
        "any_match",
        arrayOf(integer),
        lambda(1, () => unknown),
      ),
    ).toThrow(/Unexpected parameters/);
    expect(
      chosen(
        "any_match",
        arrayOf(integer),
        lambda(1, () => boolean),
      ),
    ).toContain("function(integer,boolean)");
  });

  it("takes patterns and paths as their text", () => {
    expect(chosen("json_extract", varcharOf(9), varcharOf(3))).toBe("json_extract(varchar(9), varchar) json");
    expect(chosen("regexp_like", varchar, varcharOf(2))).toBe("regexp_like(varchar, varchar) boolean");
  });

  it("needs types that can be compared or ordered where the function does", () => {
    expect(refusal("max", json).sentence).toBe(
      "Unexpected parameters (json) for function max. Expected: max(e, bigint) E:orderable, max(t) T:orderable",
    );
    expect(chosen("histogram", json)).toBe("histogram(json) map(json, bigint)");
  });
});

describe("A call that no signature takes", () => {
  it("is FUNCTION_NOT_FOUND at its place with what was expected, as Trino says it", () => {
    const error = refusal("year", arrayOf(mapOf(varcharOf(1), integer)));
    expect(error.code).toBe("FUNCTION_NOT_FOUND");
    expect(error.message).toBe(
      "line 1:8: Unexpected parameters (array(map(varchar(1),integer))) for function year. Expected: " +
        "year(date), year(interval year to month), year(timestamp(p) with time zone), year(timestamp(p))",
    );
  });

  it("of another dialect's name is told what Trino has", () => {
    const error = refusal("IFNULL", integer, integer);
    expect(error.sentence).toBe("Function 'ifnull' not registered");
    expect(error.hint).toBe("MySQL's IFNULL is coalesce(a, b).");
  });

  it("of a name that is nearly one is told which", () => {
    expect(refusal("arrayagg", integer).hint).toBe("Did you mean array_agg?");
    expect(refusal("lenght", varchar).hint).toBe("Did you mean length?");
  });

  it("whose function has no equal here is NOT_SUPPORTED, with what it would need", () => {
    expect(refusal("tdigest_agg", double)).toMatchObject({
      code: "NOT_SUPPORTED",
      sentence:
        "The function tdigest_agg is not supported here: it needs t-digests (approx_percentile gives quantiles)",
    });
    expect(refusal("from_unixtime_nanos", bigint).sentence).toContain("times finer than microseconds");
  });
});

describe("The functions of Trino", () => {
  it("are each answered somewhere, or refused with what they would need", () => {
    for (const { text, source, needs } of describeFunctions())
      expect(
        [source, needs].filter((one) => one !== undefined),
        text,
      ).toHaveLength(1);
  });

  it("are all that is answered: nothing is made up", () => {
    expect(Object.keys(families).filter((name) => !functionNames().includes(name))).toEqual([]);
  });
});
