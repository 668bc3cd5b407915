import { crc32 as nodeCrc32 } from "node:zlib";
import { cbor as smithyCbor } from "@smithy/core/cbor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buffers } from "../../local/kinesis/buffers";
import { crc32Of, md5, slowCrc32 } from "../../local/kinesis/checksum";
import { CborWriter, decodeCbor, Tagged } from "../../local/kinesis/protocol/cbor";
import { coerceInput } from "../../local/kinesis/protocol/coerce";
import { encode } from "../../local/kinesis/protocol/encode";
import { encodeMessage } from "../../local/kinesis/protocol/event-stream";
import { decodeJson } from "../../local/kinesis/protocol/json";
import { operations } from "../../local/kinesis/protocol/model";
import {
  ConsecutiveNumbers,
  formatSequenceNumber,
  parseSequenceNumber,
  recordBits,
  shardBits,
} from "../../local/kinesis/streams/sequence-number";

describe("CBOR", () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.integer(),
      fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.array(tie("any"), { maxLength: 5 }),
      fc.dictionary(
        fc.string({ maxLength: 30 }).filter((key) => key !== "__proto__"),
        tie("any"),
        { maxKeys: 5 },
      ),
    ),
  })).any;

  it("that the SDK writes is read as the SDK reads it", () => {
    fc.assert(
      fc.property(value, (original) => {
        const bytes = Buffer.from(smithyCbor.serialize(original));
        // The SDK's -0 and floats that are whole come back as they were.
        expect(plain(decodeCbor(bytes))).toEqual(plain(smithyCbor.deserialize(bytes)));
      }),
      { numRuns: 500 },
    );
  });

  it("of indefinite length is read, as Java's SDK writes it", () => {
    const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
    expect(
      decodeCbor(hex("bf 61 61 9f 01 02 ff 61 62 5f 41 01 42 02 03 ff 61 63 7f 61 78 61 79 ff ff")),
    ).toEqual({
      a: [1, 2],
      b: Buffer.from([1, 2, 3]),
      c: "xy",
    });
    expect(decodeCbor(hex("c1 1b 00 00 01 9b 00 00 00 00"))).toEqual(new Tagged(1, 0x19b00000000));
    expect(decodeCbor(hex("f9 3c 00"))).toBe(1);
  });

  it("that is cut off anywhere, or has something behind it, is refused", () => {
    fc.assert(
      fc.property(value, (original) => {
        const bytes = Buffer.from(smithyCbor.serialize(original));
        for (let end = 0; end < bytes.length; end++)
          expect(() => decodeCbor(bytes.subarray(0, end))).toThrow();
        expect(() => decodeCbor(Buffer.concat([bytes, Buffer.from([0])]))).toThrow();
      }),
      { numRuns: 100 },
    );
  });

  it("that is written is read by the SDK", () => {
    const writer = new CborWriter(1);
    writer.map(4);
    writer.text("text ".repeat(100));
    writer.list(4);
    for (const number of [0, 23, 2 ** 33, -1_000]) writer.number(number);
    writer.text("é🔑");
    writer.number(1.5);
    writer.text("blob");
    writer.blob(Buffer.alloc(70_000, 7));
    writer.text("b");
    writer.boolean(true);
    expect(plain(smithyCbor.deserialize(writer.finish()))).toEqual(
      plain({
        ["text ".repeat(100)]: [0, 23, 2 ** 33, -1_000],
        "é🔑": 1.5,
        blob: Buffer.alloc(70_000, 7),
        b: true,
      }),
    );
  });

  it("has milliseconds where JSON has seconds", () => {
    const { output } = operations.ListStreams;
    const StreamSummaries = [
      { StreamName: "s", StreamARN: "a", StreamStatus: "ACTIVE", StreamCreationTimestamp: 1_500 },
    ];
    const value = { StreamNames: [], HasMoreStreams: false, StreamSummaries };
    expect(
      JSON.parse(encode(output, value, "json").toString()).StreamSummaries[0].StreamCreationTimestamp,
    ).toBe(1.5);
    const decoded = decodeCbor(encode(output, value, "cbor")) as {
      StreamSummaries: { StreamCreationTimestamp: Tagged }[];
    };
    expect(decoded.StreamSummaries[0]?.StreamCreationTimestamp).toEqual(new Tagged(1, 1_500));
  });
});

/** Buffers as arrays, so that a Uint8Array equals one. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null && !(value instanceof Tagged))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  return value;
}

describe("JSON", () => {
  const parsed = (read: () => unknown) => {
    try {
      return { value: read() };
    } catch {
      return "refused";
    }
  };
  const same = (bytes: Buffer) => {
    expect(
      parsed(() => decodeJson(bytes)),
      bytes.toString(),
    ).toEqual(parsed(() => JSON.parse(bytes.toString())));
  };

  it("is read as JSON.parse reads it", () => {
    const value = fc.jsonValue({ maxDepth: 5, stringUnit: "binary" });
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), (json, indent) =>
        same(Buffer.from(JSON.stringify(json, null, indent))),
      ),
      {
        numRuns: 1_000,
      },
    );
  });

  it("is refused where JSON.parse refuses it", () => {
    const piece = fc.constantFrom(
      ...'{ } [ ] , : " \\ \\" \\\\ \\n \\u00e9 \\ud83d \\x a 0 00 1. 1.5 -1 - + 1e5 1E+5 .5 true tru null nullx é \u0001 \n \t \u00a0 \''.split(
        " ",
      ),
      " ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => same(Buffer.from(pieces.join("")))),
      {
        numRuns: 20_000,
      },
    );
    for (const text of [
      "",
      " ",
      "\ufeff{}",
      '{"a":1,}',
      "[1,]",
      '{"a" "b"}',
      '{"a":1 "b":2}',
      '"',
      '"\\',
      '"\\"',
      '{"__proto__":{"a":1}}',
      "1 2",
    ])
      same(Buffer.from(text));
    same(Buffer.from([0x22, 0xff, 0xc3, 0x22]));
  });
});

describe("sequence numbers", () => {
  const parts = fc.record({
    shardCreated: fc.integer({ min: 0, max: 16_025_174_999 }),
    record: fc.bigInt({ min: 0n, max: 0x7fff_ffff_ffff_ffffn }),
    arrived: fc.integer({ min: 0, max: 2 ** 35 }),
    shardIndex: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  });

  it("say what they were made of", () => {
    fc.assert(
      fc.property(parts, (number) => {
        expect(parseSequenceNumber(formatSequenceNumber(number))).toEqual({ ...number, version: 2 });
      }),
    );
  });

  it("are AWS's: one that AWS gave out says its shard, and two plausible times", () => {
    const number = parseSequenceNumber("49669554613075263284170738169223374761157254194237800450");
    expect(number).toMatchObject({ shardIndex: 0, version: 2 });
    expect(new Date((number?.shardCreated ?? 0) * 1000).getUTCFullYear()).toBe(2025);
    expect(number?.arrived).toBeGreaterThan(number?.shardCreated ?? 0);
    expect((number?.arrived ?? 0) - (number?.shardCreated ?? 0)).toBeLessThan(120);
  });

  it("count up as the numbers of following records do", () => {
    fc.assert(
      fc.property(
        parts,
        fc.integer({ min: 1, max: 50 }),
        ({ shardCreated, record, arrived, shardIndex }, count) => {
          const first = record > 0x7fff_ffff_ffff_0000n ? record - 0x10000n : record;
          const numbers = new ConsecutiveNumbers(
            shardBits(shardCreated, shardIndex) | recordBits(first, arrived),
          );
          for (let i = 0; i < count; i++) {
            expect(numbers.toString()).toBe(
              formatSequenceNumber({ shardCreated, record: first + BigInt(i), arrived, shardIndex }),
            );
            numbers.advance();
          }
        },
      ),
    );
  });

  it("that are none are refused", () => {
    for (const text of ["", "a", "-1", "01", "1.5", "9".repeat(130), "9".repeat(60), String(1n << 150n)])
      expect(parseSequenceNumber(text), text).toBeUndefined();
  });
});

describe("base64 in a request", () => {
  const input = operations.PutRecord.input;
  /** The data as it is read where it stands, and as it is read from a string. */
  const bothWays = (data: string) =>
    [input, undefined].map((shape) => {
      const body = Buffer.from(JSON.stringify({ Data: data, PartitionKey: "k", StreamName: "s" }));
      try {
        return coerceInput(input, decodeJson(body, shape), "json");
      } catch (error) {
        return (error as Error).message;
      }
    });

  it("is read where it stands, and beside it nothing changes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const data = Buffer.from(bytes);
        const read = { Data: data, PartitionKey: "k", StreamName: "s" };
        expect(bothWays(data.toString("base64"))).toEqual([read, read]);
      }),
    );
  });

  it("is refused when it is none, with the text that came", () => {
    const piece = fc.constantFrom(
      "A",
      "Q",
      "g",
      "w",
      "4",
      "+",
      "/",
      "-",
      "_",
      "=",
      " ",
      "\n",
      "é",
      "😀",
      '"',
      "\\",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const text = pieces.join("");
        const [inPlace, fromString] = bothWays(text);
        expect(inPlace).toEqual(fromString);
        const exact =
          /^[A-Za-z0-9+/]*={0,2}$/.test(text) && Buffer.from(text, "base64").toString("base64") === text;
        if (exact) expect(inPlace).toMatchObject({ Data: Buffer.from(text, "base64") });
        else expect(inPlace).toContain(`'${text}' can not be converted to a Blob`);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("buffers that are used again", () => {
  it("are lent to one at a time, however often they are given back", () => {
    const first = buffers.take(100_000);
    buffers.give(first.subarray(7, 20));
    buffers.give(first);
    const [second, third] = [buffers.take(100_000), buffers.take(100_000)];
    expect(second.buffer).toBe(first.buffer);
    expect(third.buffer).not.toBe(second.buffer);
  });

  it("are as long as they are asked for, or longer", () => {
    for (const length of [0, 1, 16_384, 16_385, 65_536, 65_537, 8_388_608, 8_388_609])
      expect(buffers.take(length).length).toBeGreaterThanOrEqual(length);
  });

  it("take back nothing that they did not give", () => {
    const stranger = Buffer.allocUnsafeSlow(65_536);
    buffers.give(stranger);
    expect(buffers.take(65_536).buffer).not.toBe(stranger.buffer);
  });
});

describe("checksums", () => {
  it("are those of the standards, also where Node has none of its own", () => {
    expect(crc32Of(Buffer.from("123456789"))).toBe(0xcbf43926);
    expect(md5("abc")).toBe("900150983cd24fb0d6963f7d28e17f72");
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
        expect(slowCrc32(second, slowCrc32(first))).toBe(nodeCrc32(Buffer.concat([first, second])));
      }),
    );
  });
});

describe("an event", () => {
  it("is framed as the SDK reads it", () => {
    const message = encodeMessage({ ":event-type": "E", ":message-type": "event" }, Buffer.from("{}"));
    expect(message.readUInt32BE(0)).toBe(message.length);
    expect(message.readUInt32BE(8)).toBe(crc32Of(message.subarray(0, 8)));
    expect(message.readUInt32BE(message.length - 4)).toBe(crc32Of(message.subarray(0, -4)));
  });
});
