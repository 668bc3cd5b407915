import { describe, expect, it } from "vitest";
import { decodeReading } from "../../functions/process-readings/decode";
import { reading } from "./support";

const decode = (data: string | Uint8Array) => decodeReading(Buffer.from(data as Uint8Array));

describe("a record's bytes", () => {
  it.each([
    ["with a trailing newline", reading()],
    ["without a newline", reading().trim()],
    ["with a carriage return", reading().replace("\n", "\r\n")],
    ["with keys the schema does not know", reading({ battery: 3.3, __proto__: null, toString: 1 })],
    ["at the limits", reading({ temperature: -90, humidity: 100 })],
    ["with a sensor id of other scripts", reading({ sensor_id: "датчик-温度-🌡️" })],
    ["with the last of a key that comes twice", reading().replace("{", '{"temperature":"x",')],
  ])("are a reading %s", (_, data) => {
    expect(decode(data)).toHaveProperty("reading.location", "warehouse-A");
  });

  it("tell when the reading was taken", () => {
    expect(decode(reading())).toHaveProperty("takenAt", Date.parse("2024-01-15T10:30:00Z"));
  });

  it.each([
    ["no bytes", ""],
    ["a newline alone", "\n"],
    ["text", "hello"],
    ["JSON cut short", reading().slice(0, 40)],
    ["two readings", reading() + reading()],
    ["a byte order mark before it", `\ufeff${reading()}`],
    ["bytes that are not UTF-8", Buffer.from(reading({ location: "Zürich" }), "latin1")],
    ["a gzip stream", Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x00])],
    ["a NaN", reading().replace("22.5", "NaN")],
  ])("are not JSON when they are %s", (_, data) => {
    expect(decode(data)).toEqual({ reason: "not-json" });
  });

  it.each([
    ["null", "null"],
    ["a number", "1e308"],
    ["a list of readings", `[${reading()}]`],
    ["an empty object", "{}"],
    ["nesting a hundred thousand deep", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["a reading with a text for a number", reading({ temperature: "22.5" })],
    ["a reading with a number beyond any", reading().replace("22.5", "1e999")],
    ["a reading without a location", reading({ location: undefined })],
    ["a reading with no sensor id", reading({ sensor_id: "" })],
    ["a reading at a day that does not exist", reading({ timestamp: "2023-02-29T00:00:00Z" })],
    ["a reading beyond the limits and of a wrong type", reading({ temperature: 99, location: 1 })],
  ])("are not a reading when they are %s", (_, data) => {
    expect(decode(data)).toHaveProperty("reason", "not-a-reading");
  });

  it.each([
    ["hotter than anywhere on Earth", { temperature: 60.1 }],
    ["colder than anywhere on Earth", { temperature: -1e308 }],
    ["of air that is more than wet", { humidity: 100.5 }],
  ])("are out of range when the reading is %s", (_, changes) => {
    expect(decode(reading(changes))).toHaveProperty("reason", "out-of-range");
  });

  it.each([
    [
      { timestamp: "2024-01-15T10:30:00+00:00" },
      "timestamp: expected a time in UTC that ends in Z, such as 2024-01-15T10:30:00Z",
    ],
    [
      { timestamp: "2024-01-15T10:30:00.123456" },
      "timestamp: expected a time in UTC that ends in Z, such as 2024-01-15T10:30:00Z",
    ],
    [{ timestamp: "2024-01-15T10:30:00.0123456789Z" }, "timestamp: expected at most nine digits of a second"],
    [{ temperature: "hot" }, "temperature: Invalid input: expected number, received string"],
    [{ humidity: 101 }, "humidity: Too big: expected number to be <=100"],
    [{ location: undefined }, "location: Invalid input: expected string, received undefined"],
  ])("name the field and its rule when they are a reading with %j", (changes, problem) => {
    expect(decode(reading(changes))).toHaveProperty("problems", [problem]);
  });
});
