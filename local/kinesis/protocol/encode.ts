import { Bytes } from "./bytes";
import { CborWriter } from "./cbor";
import type { Wire } from "./coerce";
import type { LazyList, StructureShape, WireShape } from "./shape";

/** A lazy list that encodes itself, which is faster than encoding its members one by one. */
export interface SelfWritten {
  writeJson(writer: Bytes): void;
  writeCbor(writer: CborWriter): void;
}

/** Encodes an output. Timestamps are seconds in JSON and milliseconds in CBOR, and blobs are base64 in JSON. */
export function encode(shape: StructureShape, value: object, wire: Wire): Buffer {
  if (wire === "json") {
    const writer = new Bytes();
    json(writer, shape, value);
    return writer.finish();
  }
  const writer = new CborWriter();
  cbor(writer, shape, value);
  return writer.finish();
}

/** Encodes an object whose values are all strings, such as an error. */
export function encodePlain(value: Readonly<Record<string, string>>, wire: Wire): Buffer {
  if (wire === "json") return Buffer.from(JSON.stringify(value));
  const writer = new CborWriter(256);
  const entries = Object.entries(value);
  writer.map(entries.length);
  for (const [key, text] of entries) {
    writer.text(key);
    writer.text(text);
  }
  return writer.finish();
}

function json(writer: Bytes, shape: WireShape, value: unknown): void {
  switch (shape.type) {
    case "blob": {
      const data = value as Buffer;
      writer.ascii('"');
      writer.base64(data, 0, data.length);
      writer.ascii('"');
      return;
    }
    case "timestamp":
      writer.ascii(String((value as number) / 1000));
      return;
    case "list":
    case "lazylist": {
      if (isSelfWritten(value)) {
        value.writeJson(writer);
        return;
      }
      let separator = "[";
      for (const member of value as LazyList<unknown>) {
        writer.ascii(separator);
        json(writer, shape.member, member);
        separator = ",";
      }
      writer.ascii(separator === "[" ? "[]" : "]");
      return;
    }
    case "structure": {
      const values = value as Record<string, unknown>;
      let separator = "{";
      for (const name in shape.members) {
        const member = values[name];
        const memberShape = shape.members[name];
        if (member === undefined || member === null || !memberShape) continue;
        writer.ascii(`${separator}"${name}":`);
        json(writer, memberShape, member);
        separator = ",";
      }
      writer.ascii(separator === "{" ? "{}" : "}");
      return;
    }
    default:
      writer.utf8(JSON.stringify(value));
  }
}

function cbor(writer: CborWriter, shape: WireShape, value: unknown): void {
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
    case "list":
    case "lazylist": {
      if (isSelfWritten(value)) {
        value.writeCbor(writer);
        return;
      }
      const members = value as LazyList<unknown>;
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

const isSelfWritten = (value: unknown): value is SelfWritten =>
  typeof (value as Partial<SelfWritten>).writeJson === "function";
