import type { Expression } from "../parse/ast";

/** An expression as Trino's error messages show it. Rare expressions are shown as `…`. */
export function expressionText(node: Expression): string {
  switch (node.kind) {
    case "Identifier":
      return node.quoted ? `"${node.value.replaceAll('"', '""')}"` : node.value;
    case "Dereference":
      return `${expressionText(node.base)}.${expressionText(node.field)}`;
    case "Subscript":
      return `${expressionText(node.base)}[${expressionText(node.index)}]`;
    case "LongLiteral":
      return String(node.value);
    case "DecimalLiteral":
      return `DECIMAL '${node.text}'`;
    case "StringLiteral":
      return `'${node.value.replaceAll("'", "''")}'`;
    case "GenericLiteral":
      return `${node.type} '${node.value.replaceAll("'", "''")}'`;
    case "BooleanLiteral":
      return String(node.value);
    case "NullLiteral":
      return "null";
    case "ArithmeticUnary":
      return `${node.operator}${expressionText(node.value)}`;
    case "ArithmeticBinary":
    case "Comparison":
      return `(${expressionText(node.left)} ${node.operator} ${expressionText(node.right)})`;
    case "FunctionCall": {
      const name = node.name.parts.map(expressionText).join(".");
      return `${name}(${node.star ? "*" : node.arguments.map(expressionText).join(", ")})`;
    }
    case "RowConstructor":
      return `ROW (${node.items.map(expressionText).join(", ")})`;
    case "ArrayConstructor":
      return `ARRAY[${node.items.map(expressionText).join(",")}]`;
    default:
      return "…";
  }
}
