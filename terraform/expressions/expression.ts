import type { Value } from "../values";

/**
 * Terraform's expressions as they stand in `cdk.tf.json`: every string is a template, `${…}` interpolates,
 * `$${` and `%%{` are escapes, and a string that is one interpolation keeps the type of its expression.
 *
 * https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
 * https://developer.hashicorp.com/terraform/language/expressions
 */
export type Expression =
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "template"; readonly parts: readonly Expression[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "root"; readonly name: string }
  | { readonly kind: "attribute"; readonly of: Expression; readonly name: string }
  | { readonly kind: "index"; readonly of: Expression; readonly key: Expression }
  | { readonly kind: "splat"; readonly of: Expression; readonly steps: readonly Expression[] }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Expression[];
      /** The last argument is a list of further arguments: `max(numbers...)`. */
      readonly expand: boolean;
    }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "if"; readonly test: Expression; readonly then: Expression; readonly else: Expression }
  | ForExpression;

/** `[for key, value in in: then if test]`, or with `{` and `then => …` an object. */
export interface ForExpression {
  readonly kind: "for";
  readonly key?: string;
  readonly value: string;
  readonly in: Expression;
  /** The key of an object's entry; absent for a list. */
  readonly name?: Expression;
  readonly then: Expression;
  /** Values of one key are gathered in a list: `{for … : k => v...}`. */
  readonly group: boolean;
  readonly test?: Expression;
}
