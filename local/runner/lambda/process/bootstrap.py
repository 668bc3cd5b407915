"""The local Lambda runtime for Python. It loads the handler and answers invocations that arrive through a pipe.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import importlib
import json
import logging
import os
import resource
import signal
import socket
import struct
import sys
import time
import traceback

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100

env = os.environ
channel = socket.socket(fileno=3)
output = os.dup(1)
request_id = None


def send(head, body=""):
    """Sends a frame in the format that frames.ts describes."""
    text = json.dumps(head).encode()
    data = body.encode("utf-8", "surrogatepass")
    channel.sendall(struct.pack(">II", len(text), len(data)) + text + data)


def read(count):
    chunks = []
    while count > 0:
        chunk = channel.recv(min(count, 1 << 20))
        if not chunk:
            # When the runner has ended, this process ends as well, along with all processes that it has started.
            os.killpg(0, signal.SIGKILL)
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)


def receive():
    head, body = struct.unpack(">II", read(8))
    return json.loads(read(head)), read(body)


class LambdaFormatter(logging.Formatter):
    converter = time.gmtime


class LambdaHandler(logging.StreamHandler):
    def emit(self, record):
        record.aws_request_id = request_id or ""
        super().emit(record)


def set_up_logging():
    handler = LambdaHandler(sys.stdout)
    handler.setFormatter(
        LambdaFormatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
        )
    )
    logging.getLogger().addHandler(handler)


class Context:
    def __init__(self, invocation):
        self.aws_request_id = invocation["requestId"]
        self.invoked_function_arn = invocation["functionArn"]
        self.function_name = env["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = env["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = env["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = env["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None
        # A monotonic clock is used, so that setting the system's clock changes nothing.
        self._deadline = time.monotonic() * 1000 + invocation["milliseconds"]
        self._out_of_time = invocation["outOfTime"]
        self._asked = 0

    def get_remaining_time_in_millis(self):
        # With this fault of the runner, no time is left from the second time on that the handler asks.
        self._asked += 1
        if self._out_of_time and self._asked > 1:
            return 0
        return max(0, int(self._deadline - time.monotonic() * 1000))


def describe(error_type, error):
    # The first frame of the trace belongs to this file and is left out.
    trace = traceback.format_tb(error.__traceback__)[1:]
    if isinstance(error, SyntaxError):
        trace += traceback.format_exception_only(type(error), error)
    print(f"[ERROR] {error_type}: {error}\nTraceback (most recent call last):\n{''.join(trace)}", flush=True)
    return json.dumps({"errorMessage": str(error), "errorType": error_type, "stackTrace": trace})


def load_handler():
    module, _, name = env["_HANDLER"].rpartition(".")
    if module == "":
        raise ImportError(f"Bad handler '{env['_HANDLER']}': not enough values to unpack")
    sys.path.insert(0, env["LAMBDA_TASK_ROOT"])
    loaded = importlib.import_module(module.replace("/", "."))
    handler = getattr(loaded, name, None)
    if handler is None:
        raise AttributeError(f"Handler '{name}' missing on module '{module}'")
    return handler


def fail_init(error):
    kinds = {
        ImportError: "Runtime.ImportModuleError",
        ModuleNotFoundError: "Runtime.ImportModuleError",
        AttributeError: "Runtime.HandlerNotFound",
        SyntaxError: "Runtime.UserCodeSyntaxError",
    }
    kind = kinds.get(type(error), type(error).__name__)
    module = env["_HANDLER"].rpartition(".")[0]
    if kind == "Runtime.ImportModuleError":
        error = ImportError(f"Unable to import module '{module}': {error}")
    send({"type": "fatal"}, describe(kind, error))
    os._exit(1)


def invoke(handler, invocation, payload):
    global request_id
    request_id = invocation["requestId"]
    env["_X_AMZN_TRACE_ID"] = f"Root=1-{request_id[:8]}-{request_id.replace('-', '')[8:]};Sampled=0"
    try:
        result = handler(json.loads(payload), Context(invocation))
        text = json.dumps(result)
        if len(text.encode()) > MAX_RESPONSE_BYTES:
            raise ValueError(
                f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
            )
        return "result", text
    except Exception as error:
        kind = "Runtime.MarshalError" if "JSON serializable" in str(error) else type(error).__name__
        return "error", describe(kind, error)


def max_rss():
    """The largest memory use of the process so far, in KiB. Lambda, too, reports that of the environment."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held // 1024 if sys.platform == "darwin" else held


def main():
    set_up_logging()
    try:
        handler = load_handler()
    except Exception as error:
        fail_init(error)
    send({"type": "ready"})
    while True:
        invocation, payload = receive()
        kind, body = invoke(handler, invocation, payload)
        sys.stdout.flush()
        # Marks the end of the handler's output. The runner waits for it, so that no embedded metric is late.
        os.write(output, f"\nEND RequestId: {invocation['requestId']}\n".encode())
        send({"type": kind, "requestId": invocation["requestId"], "maxRSS": max_rss()}, body)


main()
