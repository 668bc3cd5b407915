import { credentialsMessage, npmScript } from "@streaming-data-lake/command";
import { endpointVariable } from "../core/calls/endpoint";
import { callListShards, type KinesisSender } from "../core/calls/transport";
import type { ShardMap } from "../core/shards/shard-map";
import { unknownShards } from "../core/shards/shard-source";
import type { Target } from "./target";

/** Thrown when the stream can't be used. The message says why, and what would help. */
export class TargetError extends Error {
  override readonly name = "TargetError";
}

/** Lists the shards of the stream before any record is taken. @throws TargetError */
export async function checkStream(client: KinesisSender, target: Target): Promise<ShardMap> {
  try {
    return await callListShards(client, target.streamName, AbortSignal.timeout(20_000));
  } catch (fault) {
    const error = fault instanceof Error ? fault : new Error(String(fault));
    // The producer works without knowing the shards, and tells the user so.
    if (error.name === "AccessDeniedException") return unknownShards;
    throw new TargetError(explain(error, target));
  }
}

function explain(error: Error, { streamName, endpoint, region, profile }: Target): string {
  const where = endpoint ?? (region === undefined ? "AWS" : `AWS in ${region}`);
  const { code } = error as NodeJS.ErrnoException;
  if (error.name === "ResourceNotFoundException") return `There is no stream ${streamName} on ${where}`;
  if (error.name === "CredentialsProviderError")
    return `${credentialsMessage(error, profile)}; ${onThisMachine()}`;
  if (error.message === "Region is missing") return "No AWS region: give --region, or set AWS_REGION";
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "EAI_AGAIN")
    return `Nothing answers at ${where} (${code})${remedy(endpoint)}`;
  return `${streamName} on ${where}: ${error.name}: ${error.message}`;
}

/**
 * Says how to send to the runner instead. Under npm it names the `--`, without which npm silently takes --local itself.
 */
function onThisMachine(): string {
  const script = npmScript(process.env);
  const how = script === undefined ? "--local" : `npm run ${script} -- --local`;
  return `${how} sends to the runner on this machine`;
}

/** What to do about an endpoint from the environment that does not answer. */
function remedy(endpoint: string | undefined): string {
  const variable = endpointVariable();
  return variable !== undefined && process.env[variable] === endpoint
    ? `: start what ${variable} names, or unset the variable`
    : "";
}
