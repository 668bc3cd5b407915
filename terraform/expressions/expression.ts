import type { Value } from "../values";

/**
 * Terraform's expressions in `cdk.tf.json`. Every string is a template. `${…}` interpolates an expression, and `$${`
 * and `%%{` are escapes. A string that consists of a single interpolation keeps the type of its expression.
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
  | { readonly kind: "attribute"; readonly target: Expression; readonly name: string }
  | { readonly kind: "index"; readonly target: Expression; readonly key: Expression }
  | { readonly kind: "splat"; readonly target: Expression; readonly steps: readonly Expression[] }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Expression[];
      /** Whether the last argument is a list of further arguments, as in `max(numbers...)`. */
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

/**
 * A `for` expression: `[for key, value in in: then if test]` makes a list, and `{for key, value in in: name => then}`
 * makes an object.
 */
export interface ForExpression {
  readonly kind: "for";
  readonly key?: string;
  readonly value: string;
  readonly in: Expression;
  /** The key of an object's entry; absent when the result is a list. */
  readonly name?: Expression;
  readonly then: Expression;
  /** Whether values with the same key are collected in a list, as in `{for … : k => v...}`. */
  readonly group: boolean;
  readonly test?: Expression;
}
