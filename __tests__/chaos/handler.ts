/** What a function may do with a record; most do what they should. */
export const badKinds = [
  "throw",
  "exit",
  "hang",
  "busy",
  "garbage",
  "partial",
  "once",
  "message",
  "long line",
  "stdout",
  "child",
] as const;

/**
 * Source of a function that logs which records it was given and which it has done with, to the file EVENTS, and behaves
 * as the first record says that has a bad kind. It finds the records inside of aggregates too.
 */
export const handler = `
const { appendFileSync, existsSync, writeFileSync } = require("node:fs");
const { spawn } = require("node:child_process");
const log = (event, ids) => appendFileSync(process.env.EVENTS, JSON.stringify({ event, ids }) + "\\n");
exports.handler = async ({ Records }) => {
  const all = Records.flatMap(({ eventID, kinesis }) => {
    const text = Buffer.from(kinesis.data, "base64").toString("latin1");
    return [...text.matchAll(/"sensor_id":"([^"]+)"[^}]*"kind":"([^"]*)"/g)].map(([, id, kind]) => ({
      id, kind, eventID, sequenceNumber: kinesis.sequenceNumber,
    }));
  });
  log("given", all.map(({ id, eventID }) => [id, eventID]));
  const bad = all.find(({ kind }) => kind !== "good" && kind !== "misfit");
  const done = () => log("done", all.map(({ id }) => id));
  switch (bad?.kind) {
    case "throw": throw new Error("as the record says");
    case "exit": process.exit(1);
    case "hang": return new Promise(() => setInterval(() => {}, 1000));
    case "busy": for (;;);
    case "garbage": return "nonsense";
    case "partial": return { batchItemFailures: [{ itemIdentifier: bad.sequenceNumber }] };
    case "once": {
      const mark = process.env.EVENTS + "." + bad.id;
      if (!existsSync(mark)) { writeFileSync(mark, ""); throw new Error("the first time"); }
      break;
    }
    case "message": process.send?.(null); process.send?.({ type: "result" }); break;
    case "long line": console.log("x".repeat(1_000_000)); break;
    case "stdout": process.stdout.write = () => true; break;
    case "child": spawn("sleep", ["60"], { stdio: "ignore" }).unref(); break;
  }
  done();
  return { batchItemFailures: [] };
};`;
