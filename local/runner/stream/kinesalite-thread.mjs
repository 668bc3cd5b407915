// Runs kinesalite in a thread of its own, so that its work does not delay the runner's. Plain JavaScript, since a
// thread would have to load the TypeScript loader first. The thread ends with its process.
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import kinesalite from "kinesalite";

const cbor = createRequire(import.meta.resolve("kinesalite"))("cbor");

const server = kinesalite({
  path: workerData.path,
  createStreamMs: 0,
  deleteStreamMs: 0,
  updateStreamMs: 0,
  shardLimit: 1000,
});

// As loopback-server.ts does, which this thread can't load.
function isForeign({ headers, socket }) {
  const site = headers["sec-fetch-site"] ?? "none";
  const hosts = ["127.0.0.1", "localhost", "[::1]"].map((host) => `${host}:${socket.localPort}`);
  if (headers.origin !== undefined || (site !== "none" && site !== "same-origin")) return true;
  return !hosts.includes(headers.host?.toLowerCase());
}

// Two requests at which kinesalite throws where nobody can catch it: a record that is null, and any token.
function isFatal(operation, body) {
  if (operation === "ListShards") return body.includes("NextToken");
  if (operation !== "PutRecords" || !(body.includes("null") || body.includes(0xf6))) return false;
  try {
    const isJson = body[0] === 0x7b;
    const { Records } = isJson ? JSON.parse(body.toString()) : cbor.Decoder.decodeFirstSync(body);
    return Array.isArray(Records) && Records.some((record) => record === null);
  } catch {
    return false;
  }
}

function refuse(response, status, type, message) {
  response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1", Connection: "close" });
  response.end(JSON.stringify({ __type: type, message }));
}

const [serve] = server.listeners("request");
server.removeAllListeners("request");
server.on("request", (request, response) => {
  if (isForeign(request)) return refuse(response, 403, "AccessDeniedException", "no web page may ask here");
  const operation = request.headers["x-amz-target"]?.split(".")[1];
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  const { on } = request;
  request.on = (event, listener) =>
    on.call(
      request,
      event,
      event !== "end"
        ? listener
        : () => {
            if (isFatal(operation, Buffer.concat(chunks)))
              return refuse(
                response,
                400,
                "SerializationException",
                "the request has a record that is null, or a token",
              );
            try {
              listener();
            } catch (error) {
              refuse(response, 500, "InternalFailure", error.message);
            }
          },
    );
  serve(request, response);
  // kinesalite throws what a request emits, so that a client that hangs up in mid-request would end the process.
  request.removeAllListeners("error");
  request.on("error", () => {});
});

// Each record that a put acknowledges has a sequence number in the answer, be it JSON or CBOR.
const marker = Buffer.from("SequenceNumber");
function countRecords(body) {
  const bytes = Buffer.from(body);
  let records = 0;
  for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + marker.length)) records++;
  return records;
}

// CBOR writes a text's length before it: in the type byte when short, in a byte of its own from 24 on.
function cborStreamName(text) {
  const found = text.indexOf("StreamName");
  if (found < 0) return "";
  const at = found + "StreamName".length;
  const type = text.charCodeAt(at);
  const [start, length] = type === 0x78 ? [at + 2, text.charCodeAt(at + 1)] : [at + 1, type - 0x60];
  return length > 0 && length <= 128 ? text.slice(start, start + length) : "";
}

server.prependListener("request", (request, response) => {
  if (!/\.PutRecords?$/.test(request.headers["x-amz-target"] ?? "")) return;
  const bytes = Number(request.headers["content-length"] ?? 0);
  // The stream's name may stand before or behind the records, and be cut by the chunks of the body.
  let target = "";
  let tail = "";
  request.on("data", (chunk) => {
    if (target) return;
    const text = tail + chunk.toString("latin1");
    target = /StreamName"\s*:\s*"([a-zA-Z0-9_.-]+)"/.exec(text)?.[1] ?? cborStreamName(text);
    tail = text.slice(-200);
  });
  const end = response.end.bind(response);
  response.end = (body, ...rest) => {
    if (response.statusCode === 200 && body)
      parentPort.postMessage({ type: "put", stream: target, records: countRecords(body), bytes });
    return end(body, ...rest);
  };
});

server.on("error", (error) =>
  parentPort.postMessage({ type: "error", code: error.code, message: error.message }),
);
server.listen(workerData.port, "127.0.0.1", () =>
  parentPort.postMessage({ type: "listening", port: server.address().port }),
);

parentPort.on("message", () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
