/** What a function may do with a record; most do what they should. */
export const badKinds = [
  "throw",
  "exit",
  "hang",
  "busy",
  "stopped",
  "garbage",
  "partial",
  "once",
  "null message",
  "false result",
  "no message",
  "long line",
  "stdout",
  "child",
] as const;

/** A function that does these is ended when its time is up, which a round has time for only now and then. */
export const slowKinds: readonly string[] = ["hang", "busy", "stopped"];

/**
 * Source of a function that logs which records it has done with to the file EVENTS, and behaves as the first record says
 * that has a bad kind. It finds the records inside of aggregates too.
 */
export const handler = `
const { appendFileSync, existsSync, writeFileSync, writeSync } = require("node:fs");
const { spawn } = require("node:child_process");
// To the runner's pipe, as its own messages are.
const tell = (head, body) => {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(Buffer.byteLength(head), 0);
  lengths.writeUInt32BE(Buffer.byteLength(body), 4);
  writeSync(3, Buffer.concat([lengths, Buffer.from(head), Buffer.from(body)]));
};
exports.handler = async ({ Records }) => {
  const all = Records.flatMap(({ kinesis }) => {
    const text = Buffer.from(kinesis.data, "base64").toString("latin1");
    return [...text.matchAll(/"sensor_id":"([^"]+)"[^}]*"kind":"([^"]*)"/g)].map(([, id, kind]) => ({
      id, kind, sequenceNumber: kinesis.sequenceNumber,
    }));
  });
  const bad = all.find(({ kind }) => kind !== "good" && kind !== "misfit");
  const done = (some = all) =>
    appendFileSync(process.env.EVENTS, JSON.stringify(some.map(({ id }) => id)) + "\\n");
  switch (bad?.kind) {
    case "throw": throw new Error("as the record says");
    case "exit": process.exit(1);
    case "hang": return new Promise(() => setInterval(() => {}, 1000));
    case "busy": for (;;);
    case "stopped": process.kill(process.pid, "SIGSTOP"); break;
    case "garbage": return "nonsense";
    case "partial":
      // What comes before the item that failed has succeeded.
      done(all.filter(({ sequenceNumber }) => BigInt(sequenceNumber) < BigInt(bad.sequenceNumber)));
      return { batchItemFailures: [{ itemIdentifier: bad.sequenceNumber }] };
    case "once": {
      const mark = process.env.EVENTS + "." + bad.id;
      if (!existsSync(mark)) { writeFileSync(mark, ""); throw new Error("the first time"); }
      break;
    }
    case "null message": tell("null", ""); break;
    case "false result": tell('{"type":"result"}', "{}"); break;
    case "no message": writeSync(3, "GET / HTTP/1.1\\r\\n\\r\\n"); break;
    case "long line": process.stdout.write("x".repeat(8_000_000)); break;
    case "stdout": process.stdout.write = () => true; break;
    case "child": spawn("sleep", ["60"], { stdio: "ignore" }).unref(); break;
  }
  done();
  return { batchItemFailures: [] };
};`;
