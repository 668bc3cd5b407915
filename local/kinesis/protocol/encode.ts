import { CborWriter } from "./cbor";
import type { Wire } from "./coerce";
import type { Shape, StructureShape } from "./shape";

/** Encodes an output of a shape: times are seconds in JSON and milliseconds in CBOR, blobs base64 in JSON. */
export function encode(shape: StructureShape, value: object, wire: Wire): Buffer | string {
  if (wire === "json") return json(shape, value);
  const writer = new CborWriter();
  cbor(writer, shape, value);
  return writer.finish();
}

/** Encodes an object of strings, such as an error. */
export function encodePlain(value: Readonly<Record<string, string>>, wire: Wire): Buffer | string {
  if (wire === "json") return JSON.stringify(value);
  const writer = new CborWriter(256);
  const entries = Object.entries(value);
  writer.map(entries.length);
  for (const [key, text] of entries) {
    writer.text(key);
    writer.text(text);
  }
  return writer.finish();
}

function json(shape: Shape, value: unknown): string {
  switch (shape.type) {
    case "blob":
      return `"${(value as Buffer).toString("base64")}"`;
    case "timestamp":
      return String((value as number) / 1000);
    case "list": {
      const members = value as readonly unknown[];
      let text = "[";
      for (let i = 0; i < members.length; i++) text += (i > 0 ? "," : "") + json(shape.member, members[i]);
      return `${text}]`;
    }
    case "structure": {
      const values = value as Record<string, unknown>;
      let text = "{";
      for (const name in shape.members) {
        const member = values[name];
        const memberShape = shape.members[name];
        if (member === undefined || member === null || !memberShape) continue;
        text += `${text === "{" ? "" : ","}"${name}":${json(memberShape, member)}`;
      }
      return `${text}}`;
    }
    default:
      return JSON.stringify(value);
  }
}

function cbor(writer: CborWriter, shape: Shape, value: unknown): void {
  switch (shape.type) {
    case "string":
      writer.text(value as string);
      return;
    case "integer":
    case "long":
      writer.number(value as number);
      return;
    case "boolean":
      writer.boolean(value as boolean);
      return;
    case "timestamp":
      writer.timestamp(value as number);
      return;
    case "blob":
      writer.blob(value as Buffer);
      return;
    case "list": {
      const members = value as readonly unknown[];
      writer.list(members.length);
      for (const member of members) cbor(writer, shape.member, member);
      return;
    }
    case "map": {
      const entries = Object.entries(value as Record<string, unknown>);
      writer.map(entries.length);
      for (const [key, member] of entries) {
        writer.text(key);
        cbor(writer, shape.value, member);
      }
      return;
    }
    case "structure": {
      const values = value as Record<string, unknown>;
      let count = 0;
      for (const name in shape.members) if (values[name] !== undefined && values[name] !== null) count++;
      writer.map(count);
      for (const name in shape.members) {
        const member = values[name];
        const memberShape = shape.members[name];
        if (member === undefined || member === null || !memberShape) continue;
        writer.text(name);
        cbor(writer, memberShape, member);
      }
      return;
    }
    case "eventstream":
      return;
  }
}
