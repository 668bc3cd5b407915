import { decodeBase64 } from "./base64";
import { Tagged } from "./cbor";
import { serialization } from "./errors";
import type { StructureShape, WireShape } from "./shape";

/** Format of a request and of its response. */
export type Wire = "json" | "cbor";

const javaNames = {
  boolean: "java.lang.Boolean",
  number: "com.amazon.coral.value.json.numbers.TruncatingBigNumber",
  string: "java.lang.String",
};

const largestInteger = 2 ** 31 - 1;

/**
 * Converts decoded JSON or CBOR into the values of a shape: base64 becomes Buffers, and seconds become milliseconds.
 * Members that are null or that the shape does not have are left out.
 *
 * @throws KinesisError SerializationException with AWS's message, when a value has the wrong type.
 */
export function coerceInput(shape: StructureShape, value: unknown, wire: Wire): Record<string, unknown> {
  return structure(shape, value, wire);
}

function coerceValue(shape: WireShape, value: unknown, wire: Wire): unknown {
  switch (shape.type) {
    case "string":
      if (typeof value === "string") return value;
      throw mismatch(value, "an String");
    case "integer":
    case "long":
      if (typeof value === "number" && Number.isFinite(value)) {
        const whole = Math.floor(value);
        return shape.type === "integer" ? Math.min(whole, largestInteger) : whole;
      }
      throw mismatch(value, shape.type === "integer" ? "an Integer" : "an Long");
    case "boolean":
      if (typeof value === "boolean") return value;
      if (typeof value === "string")
        throw serialization(`'${value.toUpperCase()}' can not be converted to an Boolean`);
      throw mismatch(value, "an Boolean");
    case "timestamp":
      return timestamp(value, wire);
    case "blob":
      return blob(value);
    case "list":
      if (Array.isArray(value))
        return value.map((member) => (member == null ? null : coerceValue(shape.member, member, wire)));
      throw typeof value === "object"
        ? serialization("Start of structure or map found where not expected.")
        : serialization("Expected list or null");
    case "map": {
      const entries = object(value, "Expected map or null");
      const map: Record<string, unknown> = {};
      for (const [key, member] of Object.entries(entries))
        if (member != null) map[key] = coerceValue(shape.value, member, wire);
      return map;
    }
    case "structure":
      return structure(shape, value, wire);
    case "eventstream":
      throw serialization();
  }
}

function structure(shape: StructureShape, value: unknown, wire: Wire): Record<string, unknown> {
  const given = object(value, "Expected null");
  const result: Record<string, unknown> = {};
  for (const name in shape.members) {
    const member = given[name];
    const memberShape = shape.members[name];
    if (member != null && memberShape && Object.hasOwn(given, name))
      result[name] = coerceValue(memberShape, member, wire);
  }
  return result;
}

function object(value: unknown, otherwise: string): Record<string, unknown> {
  if (Array.isArray(value)) throw serialization("Start of list found where not expected");
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value) || value instanceof Tagged)
    throw serialization(otherwise);
  return value as Record<string, unknown>;
}

function timestamp(value: unknown, wire: Wire): number {
  const number = value instanceof Tagged && value.tag === 1 ? value.value : value;
  if (typeof number === "number" && Number.isFinite(number))
    return wire === "json" ? Math.round(number * 1000) : number;
  throw mismatch(value, "milliseconds since epoch");
}

function blob(value: unknown): Buffer {
  // The JSON decoder has already decoded valid base64. What is still a string here is invalid and gets AWS's message.
  if (Buffer.isBuffer(value)) return value;
  if (typeof value !== "string") throw mismatch(value, "a Blob");
  if (value.length % 4 !== 0)
    throw serialization(
      `'${value}' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`,
    );
  const bytes = decodeBase64(value, Buffer.allocUnsafe((value.length / 4) * 3), 0);
  if (!bytes) throw invalidBase64(value);
  return bytes;
}

function invalidBase64(value: string): Error {
  const invalid = /[^a-zA-Z0-9+/=]|=[^=]/.exec(value);
  return serialization(
    `'${value}' can not be converted to a Blob: ${
      invalid
        ? `Invalid Base64 character: '${invalid[0][0]}'`
        : "Invalid last non-pad Base64 character dectected"
    }`,
  );
}

function mismatch(value: unknown, target: string): Error {
  if (Array.isArray(value)) return serialization("Start of list found where not expected");
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return serialization(
      `class ${javaNames[typeof value as keyof typeof javaNames]} can not be converted to ${target}`,
    );
  return serialization("Start of structure or map found where not expected.");
}
