import { jsonValueOf } from "@streaming-data-lake/terraform/values";
import { AwsError } from "../../protocol/errors";

type Test = (message: string) => boolean;

/**
 * Compiles a filter pattern. A message must contain every plain word, at least one of the words written `?word`, and
 * none written `-word`. `{ $.field = value }` tests a field of JSON, and such tests can be combined with `&&` and `||`.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 * @throws AwsError InvalidParameterException when the pattern is not valid or not supported.
 */
export function logFilter(pattern: string | undefined): Test {
  const text = pattern?.trim() ?? "";
  if (text === "") return () => true;
  const [, inner] = /^\{([\s\S]*)\}$/.exec(text) ?? [];
  if (inner !== undefined) return jsonFilter(inner);
  if (text.startsWith("["))
    throw new AwsError(
      "InvalidParameterException",
      "Patterns of space-delimited fields are not evaluated on this machine",
    );
  return termFilter(text);
}

function termFilter(text: string): Test {
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, mark = "", quoted, word = ""]) => ({
      mark,
      term: quoted === undefined ? word : quoted.replace(/\\(.)/g, "$1"),
    }),
  );
  const all = terms.filter(({ mark }) => mark === "");
  const some = terms.filter(({ mark }) => mark === "?");
  const none = terms.filter(({ mark }) => mark === "-");
  return (message) =>
    all.every(({ term }) => message.includes(term)) &&
    (some.length === 0 || all.length > 0 || some.some(({ term }) => message.includes(term))) &&
    none.every(({ term }) => !message.includes(term));
}

function jsonFilter(text: string): Test {
  const either = text.split("||").map((part) => part.split("&&").map(comparisonOf));
  return (message) => {
    const value = jsonValueOf(message);
    return value !== undefined && either.some((all) => all.every((test) => test(value)));
  };
}

function comparisonOf(text: string): (value: unknown) => boolean {
  const [, path, sign = "", given = ""] =
    /^\s*\(?\s*\$\.?([\w.[\]-]*)\s*(!=|>=|<=|=|>|<|IS|NOT EXISTS)\s*(.*?)\s*\)?\s*$/i.exec(text) ?? [];
  if (path === undefined)
    throw new AwsError("InvalidParameterException", `Invalid filter pattern: ${text.trim()}`);
  const parts = path.split(/[.[\]]/).filter((part) => part !== "");
  const find = (value: unknown): unknown =>
    parts.reduce<unknown>(
      (inner, part) =>
        typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[part] : undefined,
      value,
    );
  const plain = given.replace(/^"([\s\S]*)"$/, "$1");
  const pattern = new RegExp(`^${plain.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s");
  switch (sign.toUpperCase()) {
    case "=":
      return (value) => find(value) !== undefined && pattern.test(String(find(value)));
    case "!=":
      return (value) => !pattern.test(String(find(value)));
    case "IS":
      return (value) => String(find(value) ?? null).toUpperCase() === plain.toUpperCase();
    case "NOT EXISTS":
      return (value) => find(value) === undefined;
    case ">":
      return (value) => Number(find(value)) > Number(plain);
    case ">=":
      return (value) => Number(find(value)) >= Number(plain);
    case "<":
      return (value) => Number(find(value)) < Number(plain);
    default:
      return (value) => Number(find(value)) <= Number(plain);
  }
}
