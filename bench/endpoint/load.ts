import { readFileSync } from "node:fs";
import { Connection } from "./connection";
import { type Done, type Load, NUMBER, type Prepared } from "./prepared";

/**
 * A process that sends requests which were prepared elsewhere. It reads nothing of an answer but its status and length,
 * so that the server is what is measured. It gets its work from its parent process, and reports how long the work took.
 */
process.on("message", (load: Load) => {
  run(load).then(
    (done) => process.send?.(done),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.on("disconnect", () => process.exit());

async function run(load: Load): Promise<Done> {
  const { url, call, atOnce } = load;
  const connections = Array.from({ length: atOnce }, () => new Connection(Number(new URL(url).port)));
  const body = readFileSync(call.body);
  try {
    return load.pages ? await readPasses(load, connections, body) : await sendCalls(load, connections, body);
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** Reads all pages `times` times. The time in which the rows are counted is left out. */
async function readPasses(load: Load, connections: readonly Connection[], body: Buffer): Promise<Done> {
  let [seconds, count] = [0, 0];
  for (let pass = 0; pass < load.times; pass++) {
    const started = performance.now();
    const answers = await pages(load, connections, body);
    seconds += (performance.now() - started) / 1000;
    count += rowsOf(answers);
  }
  return { seconds, count };
}

async function sendCalls(load: Load, connections: readonly Connection[], body: Buffer): Promise<Done> {
  const started = performance.now();
  await calls(load, connections, body);
  return { seconds: (performance.now() - started) / 1000, count: load.times };
}

async function calls(
  { call, times, first }: Load,
  connections: readonly Connection[],
  body: Buffer,
): Promise<void> {
  let next = first;
  await Promise.all(
    connections.map(async (connection) => {
      while (next < first + times) {
        const path = call.path.replace(NUMBER, String(next++));
        await connection.exchange(headOf({ ...call, path }), body);
      }
    }),
  );
}

async function pages({ call }: Load, [connection]: readonly Connection[], body: Buffer): Promise<Buffer[]> {
  const input = JSON.parse(body.toString()) as object;
  const answers: Buffer[] = [];
  let NextToken: string | undefined;
  do {
    const asked = Buffer.from(JSON.stringify({ ...input, ...(NextToken !== undefined && { NextToken }) }));
    const headers = { ...call.headers, "content-length": String(asked.length) };
    const answer = (await connection?.exchange(headOf({ ...call, headers }), asked, true)) ?? Buffer.alloc(0);
    answers.push(answer);
    // The token is before or after the rows.
    const ends = [answer.subarray(0, 4096), answer.subarray(-4096)].map((part) => part.toString("latin1"));
    NextToken = ends.map((text) => /"NextToken": ?"([^"]+)"/.exec(text)?.[1]).find((token) => token);
  } while (NextToken !== undefined);
  return answers;
}

const rowsOf = (answers: readonly Buffer[]): number =>
  answers.reduce((rows, answer) => rows + occurrences(answer, '"Data"'), 0);

const headOf = ({ method, path, headers }: Prepared): Buffer =>
  Buffer.from(
    `${method} ${path} HTTP/1.1\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("")}\r\n`,
    "latin1",
  );

function occurrences(bytes: Buffer, word: string): number {
  let found = 0;
  for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + word.length)) found += 1;
  return found;
}
