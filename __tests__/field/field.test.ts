import { describe, expect, it } from "vitest";
import { loadStack } from "../../terraform/index";
import { caseOf, FieldRun } from "./support";

describe("stacks that people wrote", () => {
  it("with dynamic blocks have what these make", async () => {
    const run = await FieldRun.start("dynamic-blocks");
    expect(run.stack.streams[0]).toMatchObject({ mode: "ON_DEMAND", shardCount: 4 });
    await run.put(['{"id":1}']);
    await run.finish();
    expect(run.files()).toEqual([expect.stringMatching(/\.parquet$/)]);
  });

  it("answer a query although another table of theirs can't be read", async () => {
    const run = await FieldRun.start("one-table-breaks-all-queries");
    await run.put(['{"id":1,"name":"a"}']);
    await run.finish();
    expect(await run.query("SELECT id, name FROM t")).toEqual([[1, "a"]]);
    await expect(run.query("SELECT * FROM v")).rejects.toThrow(/\bv\b/);
  });

  it.each([
    [
      "a pattern that is not JSON",
      "cannot-be-stopped/E-badfilter",
      /filter_criteria\.filter\.pattern: must be a JSON object/,
    ],
    ["ORC without compression", "cannot-be-stopped/G-orc-NONE", /orc_ser_de\.compression: must be SNAPPY/],
  ])("are refused at start, by their address, for %s", (_, name, message) => {
    expect(() => loadStack(caseOf(name))).toThrow(message);
  });

  it("have expressions that come out as in Terraform", () => {
    expect(loadStack(caseOf("expressions")).outputs).toMatchObject({
      a: "yes",
      b: "false",
      c: "two",
      d: "3.0-true-3",
      e: "1",
      f: "true",
      g: "lo",
      h: "err",
      i: "a$&b",
      k: "a,b",
      n: "AB   |",
    });
  });

  it.each(["plan.json", "state.json"])("may be Terraform's %s", (file) => {
    expect(loadStack(`${caseOf("plan-and-state-json")}/${file}`).streams).toMatchObject([{ name: "s" }]);
  });

  it("run with a secret's and a table's ARN in the function's environment", async () => {
    const run = await FieldRun.start("unresolvable-elsewhere/K-env");
    expect(run.stack.functions[0]?.environment).toMatchObject({
      TABLE_ARN: expect.stringMatching(/^arn:aws:dynamodb:/),
      TOKEN: expect.stringMatching(/^arn:aws:secretsmanager:/),
    });
    await run.put(["hello"]);
    await run.finish();
    expect(run.runner.counters.mappings[0]?.succeeded).toBe(1);
    expect(run.log("fn")).toContain("hello");
  });

  it("deliver from a stream and to a bucket of another stack", async () => {
    const run = await FieldRun.start("unresolvable-elsewhere/X-data");
    expect(run.runner.streams).toContain("existing-stream");
    expect(run.stack.deliveryStreams[0]?.destination.bucket).toBe("existing");
  });

  it("leave out only the delivery whose table is in another stack", () => {
    const { deliveryStreams, unsupported } = loadStack(caseOf("unresolvable-elsewhere/X-table"));
    expect(deliveryStreams.map(({ name }) => name)).toEqual(["g"]);
    expect(unsupported.join()).toMatch(/delivery_stream\.f: .*there is no table d\.other in this stack/);
  });

  it("find the SDK that the runtime holds", async () => {
    const run = await FieldRun.start("runtime-sdk");
    await run.put(["one", "two"]);
    await run.finish();
    expect(run.troubles).toEqual([]);
    expect(run.log("fn")).toContain("sdk ok");
  });

  it("flush at the size and age that version 4 of the provider calls otherwise", () => {
    const [delivery] = loadStack(caseOf("provider-4-buffer-names")).deliveryStreams;
    expect(delivery?.destination).toMatchObject({ bufferSeconds: 5, bufferMebibytes: 1 });
  });

  it("may end an invocation by their context", async () => {
    const run = await FieldRun.start("context-succeed");
    await run.put(["one"]);
    await run.finish();
    expect(run.runner.counters.mappings[0]).toMatchObject({ succeeded: 1, errors: 0 });
  });

  it("read lines of JSON as OpenX does: text after an object, a scalar for a list, a key that comes twice", async () => {
    const run = await FieldRun.start("raw-json-lines");
    await run.put([
      '{"id":1} and more\n',
      '{"id":2,"tags":"solo"}\n',
      '{"id":3,"name":"first","name":"last"}\n',
      "no JSON\n",
      '{"id":4,"st":{"a":5,"B":"b"}}\n',
    ]);
    await run.finish();
    expect(await run.query("SELECT id, name, tags, st.a, st.b FROM j ORDER BY id")).toEqual([
      [1, null, null, null, null],
      [2, null, ["solo"], null, null],
      [3, "last", null, null, null],
      [4, null, null, 5, "b"],
      [null, null, null, null, null],
    ]);
  });

  it("keep a long number inside a text as it was sent", async () => {
    const run = await FieldRun.start("long-number-inside-text");
    await run.put(['{"id":15,"s":{"n":{"big":12345678901234567890,"f":1.10}}}']);
    await run.finish();
    expect(await run.query("SELECT s FROM t")).toEqual([['{"n":{"big":12345678901234567890,"f":1.10}}']]);
  });
});

describe("conversion, as it was probed on AWS", () => {
  const records = [
    '{"n":1,"tags":"solo"}',
    '{"n":2,"person":["Zoe",9,"x"]}',
    '{"n":3,"attrs":{"MixedKey":["v"]}}',
    '{"n":4,"id":{"Outer":{"Inner":1}}}',
    '{"n":5,"qty":"10"}',
    '{"n":6,"ts":946684800000}',
    '{"n":7,"ts":"2026-9-7T12:00:02Z"}',
    '{"n":8,"ts":"2026-9-7 1:2:3"}',
    '{"n":10,"dt":"2026-9-7"}',
    '{"n":12,"tags":[["a","b"]]}',
    '{"n":13,"ts":"07/09/2026 12:00:02"}',
    '{"n":14,"ts":"2026-09-07T12:00:02.123+02:00"}',
    '{"n":15,"ts":"1757246402123"}',
    '{"n":18,"ts":999999999999}',
  ];

  async function converted(name: string) {
    const run = await FieldRun.start(`conversion-vs-probed-aws/${name}`);
    await run.put(records);
    await run.finish();
    return run;
  }

  it("by OpenX's deserializer", async () => {
    const run = await converted("V-openx");
    expect(run.rejected().sort((a, b) => a - b)).toEqual([7, 13, 14]);
    const one = async (column: string, n: number) =>
      (await run.query(`SELECT ${column} FROM t WHERE n = ${n}`))[0]?.[0];
    expect(await one("tags[1]", 1)).toBe("solo");
    expect(await one("person.name || ' ' || CAST(person.age AS varchar)", 2)).toBe("Zoe 9");
    expect(await one("attrs['mixedkey'][1]", 3)).toBe("v");
    expect(await one("id", 4)).toBe('{"outer":{"inner":1}}');
    expect(await one("qty", 5)).toBe(10);
    expect(await one("year(ts)", 6)).toBe(31969);
    expect(await one("CAST(ts AS varchar)", 8)).toBe("2026-09-07 01:02:03.000");
    expect(await one("CAST(dt AS varchar)", 10)).toBe("2026-09-07");
  });

  it("by Hive's deserializer", async () => {
    const run = await converted("V-hive");
    const rejected = run.rejected();
    for (const n of [1, 2, 4, 5, 12]) expect(rejected).toContain(n);
    expect(rejected).not.toContain(3);
    expect(await run.query("SELECT attrs['MixedKey'][1] FROM t WHERE n = 3")).toEqual([["v"]]);
  });

  it("by Hive's deserializer with formats for timestamps", async () => {
    const run = await converted("V-hivefmt");
    const rejected = run.rejected();
    for (const n of [13, 14, 15]) expect(rejected).not.toContain(n);
    expect(await run.query("SELECT CAST(ts AS varchar) FROM t WHERE n = 14")).toEqual([
      ["2026-09-07 10:00:02.123"],
    ]);
  });
});
