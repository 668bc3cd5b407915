import type { Member, ModelShape, ModelStructure } from "../model/shape";
import { AwsError } from "./errors";
import { readTime } from "./times";
import { writeMembers, xmlHeader } from "./xml";

/**
 * Reads the parameters of the query protocol. Their names are paths: a dot precedes each member of a structure, and
 * items of lists are numbered.
 *
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function readQuery(shape: ModelStructure, parameters: URLSearchParams): object {
  const tree: Tree = { children: new Map() };
  for (const [name, value] of parameters) {
    let node = tree;
    for (const part of name.split(".")) {
      const next: Tree = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, next);
      node = next;
    }
    node.text = value;
  }
  return read(shape, tree) as object;
}

interface Tree {
  text?: string;
  readonly children: Map<string, Tree>;
}

function read(shape: ModelShape, node: Tree): unknown {
  const { text = "" } = node;
  switch (shape.kind) {
    case "structure": {
      const result: Record<string, unknown> = {};
      for (const member of shape.members) {
        const inner = node.children.get(nameOf(member));
        if (inner) result[member.name] = readMember(member, inner);
      }
      return result;
    }
    case "boolean":
      if (text !== "true" && text !== "false") throw invalid(text, "Boolean");
      return text === "true";
    case "number": {
      const number = Number(text);
      if (text === "" || Number.isNaN(number)) throw invalid(text, "Number");
      return number;
    }
    case "timestamp": {
      const time = readTime(text);
      if (!time) throw invalid(text, "Timestamp");
      return time;
    }
    case "blob":
      return Buffer.from(text, "base64");
    default:
      return text;
  }
}

function readMember({ shape, traits }: Member, node: Tree): unknown {
  const flat = traits.xmlFlattened === 1;
  if (shape.kind === "list") {
    const items = flat ? node : node.children.get(shape.member.traits.xmlName ?? "member");
    return numbered(items).map((item) => readMember({ ...shape.member, traits: {} }, item));
  }
  if (shape.kind === "map") {
    const entries = numbered(flat ? node : node.children.get("entry"));
    return Object.fromEntries(
      entries.map(({ children }) => {
        const value = children.get(shape.value.traits.xmlName ?? "value");
        return [
          children.get(shape.key.traits.xmlName ?? "key")?.text ?? "",
          value && readMember({ ...shape.value, traits: {} }, value),
        ];
      }),
    );
  }
  return read(shape, node);
}

const nameOf = ({ name, traits }: Member): string => traits.xmlName ?? name;

const numbered = (node: Tree | undefined): readonly Tree[] =>
  [...(node?.children ?? [])]
    .filter(([number]) => /^\d+$/.test(number))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, item]) => item);

const invalid = (text: string, type: string) =>
  new AwsError("MalformedInput", `${text} is not a valid ${type}`);

export interface QueryAnswer {
  readonly operation: string;
  readonly namespace: string;
  readonly requestId: string;
}

export function writeQueryAnswer(
  { operation, namespace, requestId }: QueryAnswer,
  shape: ModelShape,
  value: object,
): string {
  const result =
    shape.kind === "structure" && shape.members.length > 0
      ? `<${operation}Result>${writeMembers(shape, value)}</${operation}Result>`
      : "";
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return `${xmlHeader}<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`;
}
