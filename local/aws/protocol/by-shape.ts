import type { Member, ModelShape } from "../model/shape";
import { serializationError } from "./errors";

/**
 * Converts values of shapes from and to a protocol's representation. This class handles structures, lists and maps, and
 * each protocol's subclass the simple values.
 */
export abstract class ShapeCodec {
  /** A member's name on the wire. */
  protected wireName(member: Member): string {
    return member.name;
  }

  /** @throws AwsError SerializationException */
  protected abstract readLeaf(shape: ModelShape, value: unknown, path: string): unknown;
  protected abstract writeLeaf(shape: ModelShape, value: unknown): unknown;

  /** @throws AwsError SerializationException */
  protected read(shape: ModelShape, value: unknown, path = ""): unknown {
    switch (shape.kind) {
      case "structure": {
        const object = asObject(value, path);
        const result: Record<string, unknown> = {};
        for (const member of shape.members) {
          const given = object[this.wireName(member)];
          if (given !== undefined && given !== null)
            result[member.name] = this.read(member.shape, given, `${path}/${member.name}`);
        }
        return result;
      }
      case "list":
        if (!Array.isArray(value)) throw mismatch(path, "a list");
        return value
          .filter((item) => item !== null)
          .map((item, index) => this.read(shape.member.shape, item, `${path}/${index}`));
      case "map":
        return Object.fromEntries(
          Object.entries(asObject(value, path))
            .filter(([, item]) => item !== null)
            .map(([key, item]) => [key, this.read(shape.value.shape, item, `${path}/${key}`)]),
        );
      default:
        return this.readLeaf(shape, value, path);
    }
  }

  protected write(shape: ModelShape, value: unknown): unknown {
    if (value === undefined || value === null) return value;
    switch (shape.kind) {
      case "structure": {
        const result: Record<string, unknown> = {};
        for (const member of shape.members) {
          const given = (value as Record<string, unknown>)[member.name];
          if (given !== undefined && given !== null)
            result[this.wireName(member)] = this.write(member.shape, given);
        }
        return result;
      }
      case "list":
        return (value as unknown[]).map((item) => this.write(shape.member.shape, item));
      case "map":
        return Object.fromEntries(
          Object.entries(value).map(([key, item]) => [key, this.write(shape.value.shape, item)]),
        );
      default:
        return this.writeLeaf(shape, value);
    }
  }
}

function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw mismatch(path, "a structure or map");
  return value as Readonly<Record<string, unknown>>;
}

export const mismatch = (path: string, what: string) =>
  serializationError(`${path === "" ? "The request" : path.slice(1)} must be ${what}`);

/** Checks a simple value. @throws AwsError SerializationException when it does not have the shape's type. */
export function scalar(shape: ModelShape, value: unknown, path: string): unknown {
  if (shape.kind === "string" && typeof value !== "string") throw mismatch(path, "a String");
  if (shape.kind === "boolean" && typeof value !== "boolean") throw mismatch(path, "a Boolean");
  if (shape.kind === "number" && typeof value !== "number") throw mismatch(path, "a Number");
  return value;
}
