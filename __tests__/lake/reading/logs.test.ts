import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openLake } from "../../../local/lake";
import { lakeOf, type StoredObject } from "./cases";

/** Makes a table over objects and asks it: each row's values as JSON, or the refusal's first line. */
const ask = async (objects: readonly StoredObject[], create: string, sql: string): Promise<string[]> => {
  const { folder, remove } = await lakeOf(objects, (path) => path);
  const lake = await openLake({ tables: [] }, folder);
  try {
    await lake.query(create);
    const { rows } = await lake.query(sql);
    return rows.map((row) => JSON.stringify(Object.values(row)));
  } catch (error) {
    return [(error as Error).message.split("\n")[0] ?? ""];
  } finally {
    lake.close();
    await remove();
  }
};

const text = (path: string, ...lines: readonly string[]): StoredObject => ({
  path,
  text: lines.map((line) => `${line}\n`).join(""),
});

describe("CloudTrail's objects", () => {
  const events = {
    Records: [
      {
        eventName: "PutObject",
        userIdentity: { type: "Root", sessionContext: { attributes: { mfaAuthenticated: "true" } } },
        requestParameters: { bucketName: "b", key: "x/y", n: 3 },
        responseElements: null,
        readOnly: false,
        resources: [{ ARN: "arn:aws:s3:::b" }],
      },
      { eventName: "ConsoleLogin", responseElements: { ConsoleLogin: "Failure" } },
    ],
  };
  const object = {
    path: "trail/2024/01/15/a.json.gz",
    base64: gzipSync(JSON.stringify(events)).toString("base64"),
  };
  const table = (serde: string) =>
    `CREATE EXTERNAL TABLE trail (eventname string, useridentity struct<type:string,sessioncontext:struct<attributes:struct<mfaauthenticated:string>>>,
      requestparameters string, responseelements string, readonly string, resources array<struct<arn:string>>)
     ROW FORMAT SERDE '${serde}'
     STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
     OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
     LOCATION 's3://trail/'`;

  it.each(["org.apache.hive.hcatalog.data.JsonSerDe", "com.amazon.emr.hive.serde.CloudTrailSerde"])(
    "are a row an event, with parameters and responses as JSON, by %s",
    async (serde) => {
      expect(await ask([object], table(serde), "SELECT * FROM trail")).toEqual([
        '["PutObject",{"type":"Root","sessioncontext":{"attributes":{"mfaauthenticated":"true"}}},"{\\"bucketName\\":\\"b\\",\\"key\\":\\"x/y\\",\\"n\\":3}",null,"false",[{"arn":"arn:aws:s3:::b"}]]',
        '["ConsoleLogin",null,null,"{\\"ConsoleLogin\\":\\"Failure\\"}",null,null]',
      ]);
    },
  );

  it("name the object that is not JSON", async () => {
    const [refusal] = await ask(
      [text("trail/a.json", '{"Records": [{"eventName": ')],
      table("com.amazon.emr.hive.serde.CloudTrailSerde"),
      "SELECT * FROM trail",
    );
    expect(refusal).toMatch(/^HIVE_CURSOR_ERROR: Failed to read file at s3:\/\/trail\/a\.json: line 1: JSON/);
  });
});

describe("RegexSerDe", () => {
  const lines = text("logs/a.log", "10.0.0.1:80 GET 200", "no such line");
  const table = (columns: string) =>
    `CREATE EXTERNAL TABLE logs (${columns}) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
     WITH SERDEPROPERTIES ('input.regex' = '([^ ]*):([0-9]*) (\\\\w+) ([0-9]*)( .*)?') LOCATION 's3://logs/'`;

  it("leaves groups out that no column takes", async () => {
    expect(
      await ask(
        [lines],
        table("ip string, port int, verb string"),
        "SELECT * FROM logs WHERE ip IS NOT NULL",
      ),
    ).toEqual(['["10.0.0.1",80,"GET"]']);
  });

  it("has NULL in columns beyond the groups", async () => {
    const columns = "ip string, port int, verb string, status int, rest string, extra string";
    expect(
      await ask([lines], table(columns), "SELECT status, rest, extra FROM logs ORDER BY status"),
    ).toEqual(["[200,null,null]", "[null,null,null]"]);
  });
});

describe("OpenCSVSerde", () => {
  const object = text("costs/a.csv", "item,cost", '"a, b","1.5"', "c,");
  const table = (properties: string) =>
    `CREATE EXTERNAL TABLE costs (item string, cost double) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
     LOCATION 's3://costs/' TBLPROPERTIES ('skip.header.line.count' = '1'${properties})`;

  it("fails where a number's field is empty, as AWS documents", async () => {
    expect(await ask([object], table(""), "SELECT * FROM costs")).toEqual([
      "HIVE_BAD_DATA: Failed to read file at s3://costs/a.csv: line 3: Error parsing field value '' for field 1: it is not of type double; with use.null.for.invalid.data it is NULL",
    ]);
  });

  it("has NULL there with the table's use.null.for.invalid.data", async () => {
    const create = table(", 'use.null.for.invalid.data' = 'true'");
    expect(await ask([object], create, "SELECT * FROM costs")).toEqual(['["a, b",1.5]', '["c",null]']);
  });
});

it("names that AWS's own tables of logs have need no backquotes: start, time, timestamp", async () => {
  const create =
    "CREATE EXTERNAL TABLE flows (timestamp string, start bigint, `end` bigint, time string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ' ' LOCATION 's3://flows/'";
  expect(
    await ask(
      [text("flows/a.log", "2024-01-15T10:00:00Z 1 2 t")],
      create,
      'SELECT timestamp, start, "end", time FROM flows',
    ),
  ).toEqual(['["2024-01-15T10:00:00Z",1,2,"t"]']);
});

it("the names of a Grok pattern may have blanks around them", async () => {
  const create =
    "CREATE EXTERNAL TABLE logs (ip string, size int) ROW FORMAT SERDE 'com.amazonaws.glue.serde.GrokSerDe' WITH SERDEPROPERTIES ('input.format' = '%{IPV4: ip} %{NUMBER:size}') LOCATION 's3://logs/'";
  expect(await ask([text("logs/a.log", "10.0.0.1 7")], create, "SELECT * FROM logs")).toEqual([
    '["10.0.0.1",7]',
  ]);
});

describe("JSON by OpenX's SerDe", () => {
  const read = (column: string, ...values: readonly string[]) =>
    ask(
      [text("j/a.json", ...values.map((value) => `{"v":${value}}`))],
      `CREATE EXTERNAL TABLE j (v ${column}) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://j/'`,
      "SELECT v FROM j",
    );

  it("writes numbers into text as Java's BigDecimal does", async () => {
    expect(
      await read("string", "1e2", "+7", "01", "-0.0", ".5", "0x1F", "0.0000001", '{"a":1.5e3,"a":2}'),
    ).toEqual(
      ["1E+2", "7", "1", "0.0", "0.5", "31", "1E-7", '{"a":2}'].map((value) => JSON.stringify([value])),
    );
  });

  it("counts on beyond the end of months, days and hours", async () => {
    expect(await read("date", '"2024-13-01"', '"2024-02-30"', '"2024-1-5x"')).toEqual([
      '["2025-01-01"]',
      '["2024-03-01"]',
      '["2024-01-05"]',
    ]);
    expect(await read("timestamp", '"2024-01-15 25:00:75"', '"2024-01-15T10:30"')).toEqual([
      '["2024-01-16 01:01:15.000"]',
      '["2024-01-15 10:30:00.000"]',
    ]);
  });

  it("fails on days and seconds that no date or time holds", async () => {
    expect(String(await read("date", "9223372036854775807"))).toContain("HIVE_BAD_DATA");
    expect(String(await read("timestamp", "9223372036854775807"))).toContain("HIVE_BAD_DATA");
  });
});
