import type { DataType, Expression, Query, StringLiteral } from "./ast";
import { Cursor } from "./text/cursor";

/**
 * The rules that are needed by the rules which they use themselves. Expressions contain queries, and queries contain
 * expressions.
 */
export abstract class Grammar extends Cursor {
  abstract expression(): Expression;
  /** Parses an expression whose top level has no AND, OR, NOT or predicates. */
  abstract valueExpression(): Expression;
  abstract query(): Query;
  abstract type(): DataType;
  abstract string(): StringLiteral;

  /**
   * Whether the parenthesis `ahead` tokens from here contains a query. `((SELECT 1) UNION SELECT 2)` does.
   * `((SELECT 1) + 2)` is an expression, and `((SELECT 1) t CROSS JOIN u)` is a relation.
   */
  isQueryInParentheses(ahead = 0): boolean {
    const outer = this.index + ahead;
    if (this.typeAt(outer) !== "(") return false;
    let inner = outer;
    while (this.typeAt(inner + 1) === "(") inner++;
    switch (this.typeAt(inner + 1)) {
      case "SELECT":
      case "VALUES":
        break;
      case "TABLE":
        if (this.typeAt(inner + 2) === "(") return false;
        break;
      case "WITH":
        // A WITH clause is allowed only directly inside of a query's outermost parenthesis.
        return inner === outer;
      default:
        return false;
    }
    for (; inner > outer; inner--) if (!this.continuesQuery(this.closingOf(inner) + 1)) return false;
    return true;
  }

  private continuesQuery(index: number): boolean {
    switch (this.typeAt(index)) {
      case ")":
      case "UNION":
      case "INTERSECT":
      case "EXCEPT":
      case "ORDER":
        return true;
      case "LIMIT":
      case "OFFSET":
        return !this.isNameAt(index + 1) && this.typeAt(index + 1) !== ")";
      case "FETCH":
        return this.typeAt(index + 1) === "FIRST" || this.typeAt(index + 1) === "NEXT";
      default:
        return false;
    }
  }

  /** Whether a word occurs directly inside of the parenthesis `ahead` tokens from here, and not in a nested one. */
  hasInParentheses(ahead: number, word: string): boolean {
    const outer = this.index + ahead;
    const end = this.closingOf(outer);
    for (let i = outer + 1; i < end; i++) {
      const type = this.typeAt(i);
      if (type === word) return true;
      if (type === "(") i = this.closingOf(i);
    }
    return false;
  }

  /** The type of the token after the `)` that closes the parenthesis here. */
  afterParentheses(): string {
    return this.typeAt(this.closingOf(this.index) + 1);
  }

  /** Whether the parenthesis `ahead` tokens from here is all that the parenthesis before it contains: `((…))`. */
  isWholeParenthesis(ahead: number): boolean {
    return this.closingOf(this.index + ahead) + 1 === this.closingOf(this.index + ahead - 1);
  }

  /** Skips a parenthesis with its contents. */
  skipParentheses(): void {
    if (!this.is("(")) this.unexpected();
    this.index = this.closingOf(this.index);
    this.expect(")");
  }
}
