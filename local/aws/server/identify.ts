import { type Protocol, type ServiceDescription, services } from "../model/services";
import type { RequestHead } from "./request";
import type { RequestSignature } from "./signature";

/** The service and operation of a request, as far as its headers and URL tell. */
export interface CallTarget {
  /** The service. Requests to "kinesis" are passed to its own server. */
  readonly service: ServiceDescription | "kinesis";
  readonly protocol: Protocol;
  /** Name of the operation. It is absent for the query protocol and for REST, which have it in the body or the path. */
  readonly operation?: string;
}

const byTarget = new Map(services.flatMap((service) => (service.target ? [[service.target, service]] : [])));
const bySigning = new Map(services.map((service) => [service.signingName ?? service.name, service]));
const byRpc = new Map(services.flatMap((service) => (service.rpcName ? [[service.rpcName, service]] : [])));
const s3 = services.find(({ name }) => name === "s3") as ServiceDescription;

/**
 * Finds the service that a request is for.
 *
 * @returns the name of the service when it is not supported, or undefined when the request names none.
 */
export function identify(
  { method, path, query, headers }: RequestHead,
  signature: RequestSignature | undefined,
): CallTarget | string | undefined {
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const [prefix = "", operation = ""] = target.split(".");
    if (prefix === "Kinesis_20131202") return { service: "kinesis", protocol: "json" };
    const service = byTarget.get(prefix);
    return service ? { service, protocol: "json", operation } : (signature?.service ?? prefix);
  }
  const [, rpcName, rpcOperation] = /^\/service\/([^/]+)\/operation\/([^/]+)$/.exec(path) ?? [];
  if (rpcName && rpcOperation && headers["smithy-protocol"] === "rpc-v2-cbor") {
    const service = byRpc.get(rpcName);
    return service ? { service, protocol: "cbor", operation: rpcOperation } : rpcName;
  }
  if (signature?.service === "kinesis") return { service: "kinesis", protocol: "json" };
  const service = signature ? bySigning.get(signature.service) : undefined;
  if (signature && !service) return signature.service;
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  if (service && service.protocol !== "rest-xml" && service.protocol !== "rest-json")
    return isForm || query.has("Action") || service.protocol === "query"
      ? { service, protocol: "query" }
      : undefined;
  if (service) return { service, protocol: service.protocol };
  // A request without a signature is taken for one to S3, which allows such requests.
  return isForm && method === "POST" && path === "/" ? undefined : { service: s3, protocol: "rest-xml" };
}
