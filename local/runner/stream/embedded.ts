import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type Endpoint,
  Kinesis,
  type KinesisOptions,
  listen,
  type Put,
  type Throttle,
} from "@streaming-data-lake/kinesis";
import { StackError } from "@streaming-data-lake/terraform/errors";
import type { KinesisStream } from "@streaming-data-lake/terraform/types";
import { pause } from "@streaming-data-lake/timing";
import type { ReadyStream } from "./client";

export interface EmbeddedOptions extends Pick<KinesisOptions, "admit" | "clock" | "isThrottled"> {
  /** Folder in which the streams are stored. It survives restarts. */
  readonly path: string;
  /** @default 0, any free port */
  readonly port?: number;
  readonly region: string;
  readonly accountId: string;
  /** Whether shards are throttled as on AWS. @default false */
  readonly enforceLimits?: boolean;
  readonly onPut: (put: Put) => void;
  readonly onThrottle: (throttle: Throttle) => void;
  readonly onTrouble: (message: string) => void;
  /** Called when the server ends unexpectedly. */
  readonly onLost: (message: string) => void;
}

/** The Kinesis of this process, with the port that producers and other clients use. */
export interface EmbeddedKinesis {
  readonly kinesis: Kinesis;
  /** Base URL, such as `http://127.0.0.1:4567`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A file of LevelDB, in which earlier versions stored the streams. */
const earlierFile = "CURRENT";

/**
 * Opens the store and serves it on the loopback interface.
 *
 * @throws StackError when the port is taken, or the store is in use, damaged or of an earlier version.
 */
export async function startEmbeddedKinesis(options: EmbeddedOptions): Promise<EmbeddedKinesis> {
  const { path, port = 0, onLost, ...rest } = options;
  if (existsSync(join(path, earlierFile)))
    throw new StackError(
      `${path} holds the streams of an earlier version, which can't be read: start over with --reset, or in another --dir`,
    );
  let kinesis: Kinesis;
  try {
    kinesis = Kinesis.open({ ...rest, path, transitionMs: 0 });
  } catch (error) {
    throw new StackError(
      `the streams in ${path} can't be opened: ${(error as Error).message}; put it right, or start over with --reset`,
    );
  }
  let server: Endpoint;
  try {
    server = await listen(kinesis, {
      port,
      onLost: ({ message }) => onLost(`the embedded Kinesis has ended: ${message}`),
    });
  } catch (error) {
    await kinesis.close();
    throw (error as NodeJS.ErrnoException).code === "EADDRINUSE"
      ? new StackError(`port ${port} is in use: choose another with --port`)
      : error;
  }
  return {
    kinesis,
    endpoint: server.url,
    close: async () => {
      await server.close();
      await kinesis.close();
    },
  };
}

/**
 * Creates the stream unless it exists. @throws the reason of the abort when the stream has not become active by then.
 */
export async function ensureEmbeddedStream(
  kinesis: Kinesis,
  stream: KinesisStream,
  signal: AbortSignal = new AbortController().signal,
): Promise<ReadyStream> {
  const { name, mode, shardCount, retentionHours } = stream;
  const created = kinesis.stream(name) === undefined;
  if (created)
    await kinesis.call("CreateStream", {
      StreamName: name,
      ...(mode === "PROVISIONED" && { ShardCount: shardCount }),
      StreamModeDetails: { StreamMode: mode },
    });
  const ready = kinesis.stream(name);
  // Usually this takes no time. When the disk is full, the stream becomes active once there is space.
  while (ready && ready.state.status !== "ACTIVE") {
    await pause(20, signal);
    signal.throwIfAborted();
  }
  if (ready && ready.state.retentionHours < retentionHours)
    await kinesis.call("IncreaseStreamRetentionPeriod", {
      StreamName: name,
      RetentionPeriodHours: retentionHours,
    });
  return { shards: ready?.openShardCount ?? shardCount, created };
}
