import { cbor, dateToTag } from "@smithy/core/cbor";
import type { ModelShape } from "../model/shape";
import { mismatch, ShapeCodec, scalar } from "./by-shape";
import { serializationError } from "./errors";

/**
 * Converts values of shapes from and to the CBOR of Smithy's RPC v2 protocol.
 *
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
class CborCodec extends ShapeCodec {
  /** @throws AwsError SerializationException */
  decode(shape: ModelShape, body: Buffer): unknown {
    if (body.length === 0) return {};
    let value: unknown;
    try {
      value = cbor.deserialize(body);
    } catch {
      throw serializationError("The request is not CBOR");
    }
    return this.read(shape, value);
  }

  encode(shape: ModelShape, value: unknown): Uint8Array {
    return cbor.serialize(this.write(shape, value));
  }

  protected override readLeaf(shape: ModelShape, value: unknown, path: string): unknown {
    switch (shape.kind) {
      case "timestamp": {
        const seconds = (value as { readonly value?: unknown }).value ?? value;
        if (typeof seconds !== "number") throw mismatch(path, "a Timestamp");
        return new Date(seconds * 1000);
      }
      case "blob":
        if (!(value instanceof Uint8Array)) throw mismatch(path, "a Blob");
        return Buffer.from(value);
      case "number":
        // The library decodes large integers as BigInt.
        return typeof value === "bigint" ? Number(value) : scalar(shape, value, path);
      default:
        return scalar(shape, value, path);
    }
  }

  protected override writeLeaf(shape: ModelShape, value: unknown): unknown {
    return shape.kind === "timestamp" ? dateToTag(value as Date) : value;
  }
}

export const rpcCbor = new CborCodec();
