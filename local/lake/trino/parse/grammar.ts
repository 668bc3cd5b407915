import type { DataType, Expression, Query, StringLiteral } from "./ast";
import { Cursor } from "./text/cursor";

/** The rules that other rules lead back to: an expression holds queries, a query expressions. */
export abstract class Grammar extends Cursor {
  abstract expression(): Expression;
  /** An expression without AND, OR, NOT and predicates at its top. */
  abstract valueExpression(): Expression;
  abstract query(): Query;
  abstract type(): DataType;
  abstract string(): StringLiteral;

  /**
   * Whether the parenthesis `ahead` of here holds a query and not an expression or relation that begins with one:
   * `((SELECT 1) UNION SELECT 2)` does, `((SELECT 1) + 2)` and `((SELECT 1) t CROSS JOIN u)` don't.
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
        // Only the outermost parenthesis of a query may hold a WITH.
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

  /** Whether a word stands inside the parenthesis that begins `ahead` of here, and not inside a deeper one. */
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

  /** The type of the token after the `)` of the parenthesis here. */
  afterParentheses(): string {
    return this.typeAt(this.closingOf(this.index) + 1);
  }

  /** Whether the parenthesis `ahead` of here is all that the one before it holds: `((…))`. */
  isWholeParenthesis(ahead: number): boolean {
    return this.closingOf(this.index + ahead) + 1 === this.closingOf(this.index + ahead - 1);
  }

  /** Passes over a parenthesis whole. */
  skipParentheses(): void {
    if (!this.is("(")) this.unexpected();
    this.index = this.closingOf(this.index);
    this.expect(")");
  }
}
