import { parseXML } from "@aws-sdk/xml-builder";
import type { ListShape, MapShape, Member, ModelShape, ModelStructure } from "../model/shape";
import { AwsError } from "./errors";
import { readTime, writeTime } from "./times";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
  "\u0085": "&#x85;",
  "\u2028": "&#x2028;",
};

export const escapeXml = (text: string): string =>
  text.replace(/[&<>"\r\u0085\u2028]/g, (character) => escapes[character] as string);

export const xmlHeader = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Writes a structure's members as the content of its element. */
export function writeMembers(shape: ModelStructure, value: object): string {
  return shape.members
    .filter(({ traits }) => !traits.xmlAttribute)
    .map((member) => writeMember(member, (value as Record<string, unknown>)[member.name]))
    .join("");
}

/** Writes a structure as an element, including its attributes. */
export function writeElement(name: string, shape: ModelStructure, value: object, namespace?: string): string {
  const given = value as Record<string, unknown>;
  const [prefix, uri] = shape.traits.xmlNamespace ?? [0, namespace];
  const attributes = shape.members
    .filter(({ name: member, traits }) => traits.xmlAttribute && given[member] !== undefined)
    .map(({ name: member, traits }) => ` ${traits.xmlName ?? member}="${escapeXml(String(given[member]))}"`);
  const xmlns = uri === undefined ? "" : ` xmlns${prefix ? `:${prefix}` : ""}="${uri}"`;
  return `<${name}${xmlns}${attributes.join("")}>${writeMembers(shape, value)}</${name}>`;
}

function writeMember(member: Member, value: unknown): string {
  if (value === undefined || value === null) return "";
  const { shape, traits } = member;
  const name = traits.xmlName ?? member.name;
  switch (shape.kind) {
    case "list":
      return writeList(name, shape, value as unknown[], traits.xmlFlattened === 1);
    case "map":
      return writeMap(name, shape, value as object, traits.xmlFlattened === 1);
    default:
      return writeNamed(name, member, value);
  }
}

function writeNamed(name: string, { shape, traits }: Member, value: unknown): string {
  if (shape.kind !== "structure") return `<${name}>${escapeXml(writeSimple(shape, value))}</${name}>`;
  const [prefix, uri] = traits.xmlNamespace ?? [];
  return uri === undefined || prefix === undefined
    ? writeElement(name, shape, value as object)
    : writeElement(
        name,
        { ...shape, traits: { ...shape.traits, xmlNamespace: [prefix, uri] } },
        value as object,
      );
}

function writeList(name: string, { member }: ListShape, values: readonly unknown[], flat: boolean): string {
  const item = flat ? name : (member.traits.xmlName ?? "member");
  const items = values.map((value) =>
    writeMember({ ...member, name: item, traits: { xmlName: item } }, value),
  );
  return flat ? items.join("") : `<${name}>${items.join("")}</${name}>`;
}

function writeMap(name: string, { key, value }: MapShape, values: object, flat: boolean): string {
  const entry = flat ? name : "entry";
  const entries = Object.entries(values).map(([one, given]) => {
    const keyName = key.traits.xmlName ?? "key";
    const valueName = value.traits.xmlName ?? "value";
    const written = writeMember({ ...value, name: valueName, traits: { xmlName: valueName } }, given);
    return `<${entry}><${keyName}>${escapeXml(one)}</${keyName}>${written}</${entry}>`;
  });
  return flat ? entries.join("") : `<${name}>${entries.join("")}</${name}>`;
}

function writeSimple(shape: ModelShape, value: unknown): string {
  if (shape.kind === "timestamp") return String(writeTime(value as Date, shape.format ?? "date-time"));
  if (shape.kind === "blob") return Buffer.from(value as Uint8Array).toString("base64");
  return String(value);
}

const malformed = () =>
  new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );

/** Reads a document whose root is a structure. @throws AwsError MalformedXML */
export function readXml(shape: ModelShape, text: string): unknown {
  let parsed: Record<string, unknown>;
  try {
    parsed = parseXML(text) as Record<string, unknown>;
  } catch {
    throw malformed();
  }
  const [root] = Object.values(parsed).filter((value) => typeof value === "object" || value === "");
  if (root === undefined) throw malformed();
  return readValue(shape, root);
}

function readValue(shape: ModelShape, given: unknown): unknown {
  switch (shape.kind) {
    case "structure": {
      if (given !== "" && (typeof given !== "object" || given === null)) throw malformed();
      const element = (given === "" ? {} : given) as Record<string, unknown>;
      const result: Record<string, unknown> = {};
      for (const member of shape.members) {
        const name = member.traits.xmlName ?? member.name;
        const inner = element[name] ?? element[name.replace(/^\w+:/, "")];
        if (inner !== undefined) result[member.name] = readMember(member, inner);
      }
      return result;
    }
    case "boolean":
      return String(given) === "true";
    case "number":
      return Number(given);
    case "bigint":
      return BigInt(String(given));
    case "timestamp": {
      const time = readTime(given);
      if (!time) throw malformed();
      return time;
    }
    case "blob":
      return Buffer.from(String(given), "base64");
    default:
      return typeof given === "object" && given !== null ? textOf(given) : String(given);
  }
}

const textOf = (element: object): string => String((element as Record<string, unknown>)["#text"] ?? "");

function readMember({ shape, traits }: Member, given: unknown): unknown {
  const flat = traits.xmlFlattened === 1;
  if (shape.kind === "list") {
    const { member } = shape;
    const items = flat ? given : given === "" ? [] : inside(given, member.traits.xmlName ?? "member");
    return asList(items).map((item) => readMember({ ...member, traits: {} }, item));
  }
  if (shape.kind === "map") {
    const entries = asList(flat ? given : inside(given, "entry"));
    return Object.fromEntries(
      entries.map((entry) => [
        String(inside(entry, shape.key.traits.xmlName ?? "key")),
        readMember({ ...shape.value, traits: {} }, inside(entry, shape.value.traits.xmlName ?? "value")),
      ]),
    );
  }
  return readValue(shape, given);
}

const inside = (element: unknown, name: string): unknown =>
  typeof element === "object" && element !== null ? (element as Record<string, unknown>)[name] : undefined;

const asList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
