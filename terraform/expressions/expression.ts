import type { Value } from "../values";

/**
 * Terraform's expressions in `cdk.tf.json`. Every string is a template. `${…}` interpolates an expression, and `$${`
 * and `%%{` are escapes. A string that consists of a single interpolation keeps the type of its expression.
 *
 * https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
 * https://developer.hashicorp.com/terraform/language/expressions
 */
export type TerraformExpression =
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "template"; readonly parts: readonly TerraformExpression[] }
  | { readonly kind: "list"; readonly items: readonly TerraformExpression[] }
  | {
      readonly kind: "object";
      readonly entries: readonly (readonly [TerraformExpression, TerraformExpression])[];
    }
  | { readonly kind: "root"; readonly name: string }
  | { readonly kind: "attribute"; readonly target: TerraformExpression; readonly name: string }
  | { readonly kind: "index"; readonly target: TerraformExpression; readonly key: TerraformExpression }
  | {
      readonly kind: "splat";
      readonly target: TerraformExpression;
      /** What each element is made into; the element's name in it is `elementName`. */
      readonly each: TerraformExpression;
    }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly TerraformExpression[];
      /** Whether the last argument is a list of further arguments, as in `max(numbers...)`. */
      readonly expand: boolean;
    }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: TerraformExpression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: TerraformExpression;
      readonly right: TerraformExpression;
    }
  | {
      readonly kind: "if";
      readonly test: TerraformExpression;
      readonly then: TerraformExpression;
      readonly else: TerraformExpression;
    }
  | ForExpression;

/** Name of a splat's element, which no expression can write. */
export const elementName = "*";

/**
 * A `for` expression: `[for key, value in in: then if test]` makes a list, and `{for key, value in in: name => then}`
 * makes an object.
 */
export interface ForExpression {
  readonly kind: "for";
  readonly key?: string;
  readonly value: string;
  readonly in: TerraformExpression;
  /** The key of an object's entry; absent when the result is a list. */
  readonly name?: TerraformExpression;
  readonly then: TerraformExpression;
  /** Whether values with the same key are collected in a list, as in `{for … : k => v...}`. */
  readonly group: boolean;
  readonly test?: TerraformExpression;
}
