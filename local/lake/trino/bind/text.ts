import type { DataType, Expression, NumericParameter } from "../parse/ast";

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

/** A type as Trino's error messages show it: as it is written, but with the words of rows and intervals in capitals. */
export function typeText(node: DataType | NumericParameter): string {
  switch (node.kind) {
    case "NumericParameter":
      return String(node.value);
    case "GenericType": {
      const name = expressionText(node.name);
      return node.arguments.length === 0 ? name : `${name}(${node.arguments.map(typeText).join(", ")})`;
    }
    case "RowType": {
      const fields = node.fields.map(({ name, type }) =>
        name ? `${expressionText(name)} ${typeText(type)}` : typeText(type),
      );
      return `ROW(${fields.join(", ")})`;
    }
    case "DateTimeType": {
      const precision = node.precision ? `(${typeText(node.precision)})` : "";
      return `${node.base}${precision}${node.withTimeZone ? " with time zone" : ""}`;
    }
    case "IntervalType":
      return `INTERVAL ${node.from} TO ${node.to}`;
  }
}
