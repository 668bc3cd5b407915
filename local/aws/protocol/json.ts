import type { Member, Shape, StructureShape } from "../model/shape";
import { serialization } from "./errors";
import { readTime, writeTime } from "./times";

/**
 * JSON by shapes, as three of AWS's protocols write it. `named` takes the members' names on the wire, which REST-JSON has and the
 * others have not.
 */
export class JsonCodec {
  private readonly plain = new WeakMap<Shape, boolean>();

  constructor(private readonly named: boolean) {}

  /** @throws AwsError SerializationException */
  decode(shape: Shape, text: string): unknown {
    let value: unknown;
    try {
      value = text === "" ? {} : JSON.parse(text);
    } catch {
      throw serialization("The request is not JSON");
    }
    return this.read(shape, value, "");
  }

  encode(shape: Shape, value: unknown): string {
    return JSON.stringify(this.isPlain(shape) ? value : this.write(shape, value));
  }

  private wireName({ name, traits }: Member): string {
    return this.named ? (traits.jsonName ?? name) : name;
  }

  private read(shape: Shape, value: unknown, path: string): unknown {
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
      case "string":
        if (typeof value !== "string") throw mismatch(path, "a String");
        return value;
      case "boolean":
        if (typeof value !== "boolean") throw mismatch(path, "a Boolean");
        return value;
      case "number":
        if (typeof value === "number") return value;
        if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
        throw mismatch(path, "a Number");
      case "blob":
        if (typeof value !== "string") throw mismatch(path, "a Blob");
        return Buffer.from(value, "base64");
      case "timestamp": {
        const time = readTime(value);
        if (!time) throw mismatch(path, "a Timestamp");
        return time;
      }
      default:
        return value;
    }
  }

  private write(shape: Shape, value: unknown): unknown {
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
      case "blob":
        return Buffer.from(value as Uint8Array).toString("base64");
      case "timestamp":
        return writeTime(value as Date, shape.format ?? "epoch-seconds");
      case "number":
        return Number.isFinite(value) ? value : String(value);
      case "bigint":
        return Number(value);
      default:
        return value;
    }
  }

  /** Whether values of a shape are written as they are, which saves large answers a copy. */
  private isPlain(shape: Shape): boolean {
    const before = this.plain.get(shape);
    if (before !== undefined) return before;
    // While it is looked at, what holds itself does not decide.
    this.plain.set(shape, true);
    const result = this.decidesPlain(shape);
    this.plain.set(shape, result);
    return result;
  }

  private decidesPlain(shape: Shape): boolean {
    switch (shape.kind) {
      case "structure":
        return shape.members.every(
          (member) => this.wireName(member) === member.name && this.isPlain(member.shape),
        );
      case "list":
        return this.isPlain(shape.member.shape);
      case "map":
        return this.isPlain(shape.value.shape);
      case "string":
      case "boolean":
        return true;
      default:
        return false;
    }
  }
}

/** What JSON 1.0 and 1.1 speak. */
export const awsJson = new JsonCodec(false);
export const restJson = new JsonCodec(true);

/** A structure without the members that are HTTP headers and the like. */
export const bodyOf = (shape: StructureShape, members: readonly Member[]): StructureShape => ({
  ...shape,
  members,
  byName: new Map(members.map((member) => [member.name, member])),
});

function asObject(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw mismatch(path, "a structure or map");
  return value as Readonly<Record<string, unknown>>;
}

const mismatch = (path: string, what: string) =>
  serialization(`${path === "" ? "The request" : path.slice(1)} must be ${what}`);
