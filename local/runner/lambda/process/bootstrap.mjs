// The local Lambda runtime. It loads the handler and answers invocations that arrive through a pipe from the runner.
// It is plain JavaScript that is run by plain Node.js, as on AWS, so that no loader changes what the handler sees.
//
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
import { existsSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxResponseBytes = 6 * 1024 * 1024 + 100;
const { env } = process;

// The original functions, in case the handler replaces them.
const print = process.stdout.write.bind(process.stdout);
const exit = process.exit.bind(process);
const { stringify, parse } = JSON;

const channel = new Socket({ fd: 3, readable: true, writable: true });
// When the runner has ended, this process ends as well, along with all processes that it has started.
channel.on("close", () => process.kill(-process.pid, "SIGKILL"));
channel.on("error", () => {});

/** Sends a frame in the format that frames.ts describes. */
function send(head, body, done) {
  const json = Buffer.from(stringify(head));
  const text = Buffer.from(body);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(json.length, 0);
  lengths.writeUInt32BE(text.length, 4);
  channel.write(Buffer.concat([lengths, json, text]), done);
}

function receive(onInvocation) {
  let bytes = Buffer.alloc(0);
  let chunks = [];
  let missing = 8;
  channel.on("data", (chunk) => {
    chunks.push(chunk);
    missing -= chunk.length;
    while (missing <= 0) {
      bytes = Buffer.concat(chunks);
      const headEnd = 8 + bytes.readUInt32BE(0);
      const end = headEnd + bytes.readUInt32BE(4);
      missing = end - bytes.length;
      chunks = [bytes];
      if (missing > 0) return;
      const rest = bytes.subarray(end);
      chunks = [rest];
      missing = 8 - rest.length;
      onInvocation({
        ...parse(bytes.toString("utf8", 8, headEnd)),
        payload: bytes.toString("utf8", headEnd, end),
      });
    }
  });
}

let requestId;
for (const [method, level] of Object.entries({
  log: "INFO",
  info: "INFO",
  debug: "DEBUG",
  warn: "WARN",
  error: "ERROR",
}))
  console[method] = (...args) =>
    print(
      `${new Date().toISOString()}\t${requestId ?? "undefined"}\t${level}\t${format(...args).replaceAll("\n", "\r")}\n`,
    );

function describe(error) {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function fatal(errorType, status) {
  return (error) => {
    console.error("Uncaught Exception", error);
    send({ type: "fatal" }, stringify({ ...describe(error), errorType }), () => exit(status));
  };
}
process.on("uncaughtException", fatal("Runtime.UncaughtException", 129));
process.on("unhandledRejection", fatal("Runtime.UnhandledPromiseRejection", 128));

async function loadHandler() {
  const [, folder = "", module, name] = /^(.*\/)?([^./]*)\.(.*)$/.exec(env._HANDLER) ?? [];
  const base = join(env.LAMBDA_TASK_ROOT, folder, module ?? "");
  const file = ["", ".js", ".mjs", ".cjs"]
    .map((end) => base + end)
    .find((path) => module && existsSync(path));
  if (!file) throw failure("Runtime.ImportModuleError", `Cannot find module '${module ?? env._HANDLER}'`);
  const imported = await import(pathToFileURL(file));
  const reach = (root) => name.split(".").reduce((value, key) => value?.[key], root);
  const handler = reach(imported) ?? reach(imported.default);
  if (typeof handler !== "function")
    throw failure("Runtime.HandlerNotFound", `${env._HANDLER} is undefined or not exported`);
  return handler;
}

function failure(name, message) {
  return Object.assign(new Error(message), { name });
}

/** The context object, with the functions by which a handler may end in runtimes before Node.js 24. */
function context(invocation, done) {
  return {
    succeed: (result) => done(null, result),
    fail: (error) => done(error ?? failure("Error", "unknown error")),
    done,
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    getRemainingTimeInMillis: remainingTime(invocation),
  };
}

/**
 * The remaining time. With the runner's fault `outOfTime`, it is 0 from the second time on that the handler asks for
 * it.
 */
function remainingTime({ milliseconds, outOfTime }) {
  // A monotonic clock is used, so that setting the system's clock changes nothing.
  const deadline = performance.now() + milliseconds;
  let asked = 0;
  return () => (outOfTime && asked++ > 0 ? 0 : Math.max(0, Math.floor(deadline - performance.now())));
}

function run(handler, invocation) {
  return new Promise((resolve, reject) => {
    // A handler that never settles while nothing is left to wait for is answered with null, as on AWS.
    process.once("beforeExit", () => resolve(null));
    const done = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(parse(invocation.payload), context(invocation, done), done);
    // A handler that is not async must use the callback: its return value is ignored.
    if (typeof returned?.then === "function") returned.then(resolve, reject);
  });
}

async function invoke(handler, invocation) {
  requestId = invocation.requestId;
  env._X_AMZN_TRACE_ID = `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll("-", "").slice(8)};Sampled=0`;
  // While the handler runs, the channel must not keep the process alive, so that an empty event loop can be detected.
  channel.unref();
  try {
    const payload = stringify((await run(handler, invocation)) ?? null);
    if (Buffer.byteLength(payload) > maxResponseBytes)
      throw failure(
        "Function.ResponseSizeTooLarge",
        `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
      );
    return ["result", payload];
  } catch (error) {
    console.error("Invoke Error", error);
    return ["error", stringify(describe(error))];
  } finally {
    channel.ref();
    process.removeAllListeners("beforeExit");
  }
}

try {
  const handler = await loadHandler();
  receive(async (invocation) => {
    const [type, body] = await invoke(handler, invocation);
    // Marks the end of the handler's output. The runner waits for it, so that no embedded metric is late.
    print(`\nEND RequestId: ${invocation.requestId}\n`);
    // The largest memory use of the process so far, in KiB. Lambda, too, reports that of the environment.
    const { maxRSS } = process.resourceUsage();
    send({ type, requestId: invocation.requestId, maxRSS }, body);
  });
  send({ type: "ready" }, "");
} catch (error) {
  console.error("Init Error", error);
  send({ type: "fatal" }, stringify(describe(error)), () => exit(1));
}
