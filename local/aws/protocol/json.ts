import type { Member, ModelShape, ModelStructure } from "../model/shape";
import { mismatch, ShapeCodec, scalar } from "./by-shape";
import { serializationError } from "./errors";
import { readTime, writeTime } from "./times";

/**
 * Converts values of shapes from and to the JSON of AWS's protocols. With `named`, members have the names of their
 * trait `jsonName`, which only REST-JSON uses.
 */
export class JsonCodec extends ShapeCodec {
  private readonly plain = new WeakMap<ModelShape, boolean>();

  constructor(private readonly named: boolean) {
    super();
  }

  /** @throws AwsError SerializationException */
  decode(shape: ModelShape, text: string): unknown {
    let value: unknown;
    try {
      value = text === "" ? {} : JSON.parse(text);
    } catch {
      throw serializationError("The request is not JSON");
    }
    return this.read(shape, value);
  }

  encode(shape: ModelShape, value: unknown): string {
    return JSON.stringify(this.isPlain(shape) ? value : this.write(shape, value));
  }

  protected override wireName(member: Member): string {
    return this.named ? (member.traits.jsonName ?? member.name) : member.name;
  }

  protected override readLeaf(shape: ModelShape, value: unknown, path: string): unknown {
    switch (shape.kind) {
      case "number":
        if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
        return scalar(shape, value, path);
      case "blob":
        if (typeof value !== "string") throw mismatch(path, "a Blob");
        return Buffer.from(value, "base64");
      case "timestamp": {
        const time = readTime(value);
        if (!time) throw mismatch(path, "a Timestamp");
        return time;
      }
      default:
        return scalar(shape, value, path);
    }
  }

  protected override writeLeaf(shape: ModelShape, value: unknown): unknown {
    switch (shape.kind) {
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

  /** Whether values of a shape are written unchanged, which saves copying large responses. */
  private isPlain(shape: ModelShape): boolean {
    const before = this.plain.get(shape);
    if (before !== undefined) return before;
    // A shape can contain itself. Until its members have been examined, it counts as plain.
    this.plain.set(shape, true);
    const result = this.decidesPlain(shape);
    this.plain.set(shape, result);
    return result;
  }

  private decidesPlain(shape: ModelShape): boolean {
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

/** The codec of the protocols JSON 1.0 and 1.1. */
export const awsJson = new JsonCodec(false);
export const restJson = new JsonCodec(true);

/** A structure with only the given members, such as those that are in the body. */
export const bodyOf = (shape: ModelStructure, members: readonly Member[]): ModelStructure => ({
  ...shape,
  members,
  byName: new Map(members.map((member) => [member.name, member])),
});
