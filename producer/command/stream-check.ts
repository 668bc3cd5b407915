import { type KinesisSender, listShards } from "../core/calls/transport";
import type { ShardMap } from "../core/shards/shard-map";
import { unknownShards } from "../core/shards/shard-source";
import type { Target } from "./target";

/** The stream can't be used; the message says why and what would help. */
export class TargetError extends Error {
  override readonly name = "TargetError";
}

/** The shards of the stream, asked for before anything is taken. @throws TargetError */
export async function checkStream(client: KinesisSender, target: Target): Promise<ShardMap> {
  try {
    return await listShards(client, target.streamName, AbortSignal.timeout(20_000));
  } catch (fault) {
    const error = fault instanceof Error ? fault : new Error(String(fault));
    // The producer works without knowing the shards, and says so.
    if (error.name === "AccessDeniedException") return unknownShards;
    throw new TargetError(explain(error, target));
  }
}

function explain(error: Error, { streamName, endpoint, region }: Target): string {
  const where = endpoint ?? (region === undefined ? "AWS" : `AWS in ${region}`);
  const { code } = error as NodeJS.ErrnoException;
  if (error.name === "ResourceNotFoundException") return `There is no stream ${streamName} on ${where}`;
  if (error.name === "CredentialsProviderError")
    return "No AWS credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or send to this machine with --local";
  if (error.message === "Region is missing") return "No AWS region: say --region, or set AWS_REGION";
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN")
    return `Nothing answers at ${where} (${code})`;
  return `${streamName} on ${where}: ${error.name}: ${error.message}`;
}
