import { cbor, dateToTag } from "@smithy/core/cbor";
import type { Shape } from "../model/shape";
import { serialization } from "./errors";

/** CBOR by shapes, as Smithy's RPC v2 writes it: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export function decodeCbor(shape: Shape, body: Buffer): unknown {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = cbor.deserialize(body);
  } catch {
    throw serialization("The request is not CBOR");
  }
  return read(shape, value);
}

export const encodeCbor = (shape: Shape, value: unknown): Uint8Array => cbor.serialize(write(shape, value));

function read(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case "structure": {
      if (typeof value !== "object" || value === null) throw serialization("a structure is expected");
      const result: Record<string, unknown> = {};
      for (const { name, shape: inner } of shape.members) {
        const given = (value as Record<string, unknown>)[name];
        if (given !== undefined && given !== null) result[name] = read(inner, given);
      }
      return result;
    }
    case "list":
      if (!Array.isArray(value)) throw serialization("a list is expected");
      return value.map((item) => read(shape.member.shape, item));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, read(shape.value.shape, item)]),
      );
    case "timestamp": {
      const seconds = (value as { readonly value?: unknown }).value ?? value;
      return new Date(Number(seconds) * 1000);
    }
    case "number":
      return Number(value);
    case "blob":
      return Buffer.from(value as Uint8Array);
    default:
      return value;
  }
}

function write(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case "structure": {
      const result: Record<string, unknown> = {};
      for (const { name, shape: inner } of shape.members) {
        const given = (value as Record<string, unknown>)[name];
        if (given !== undefined && given !== null) result[name] = write(inner, given);
      }
      return result;
    }
    case "list":
      return (value as unknown[]).map((item) => write(shape.member.shape, item));
    case "map":
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, write(shape.value.shape, item)]),
      );
    case "timestamp":
      return dateToTag(value as Date);
    default:
      return value;
  }
}
