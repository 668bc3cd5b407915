import type { Operation, ServiceModel } from "../model/services";
import { AwsError } from "../protocol/errors";
import type { RequestHead } from "./request";

export interface S3Route {
  readonly operation: Operation;
  readonly labels: Readonly<Record<string, string>>;
}

type Level = "service" | "bucket" | "object";

/**
 * S3's operations by method, level and query parameter. Many share a path and differ only in a parameter without a
 * value, such as `?tagging`.
 */
const tables = new WeakMap<ServiceModel, ReadonlyMap<string, Operation>>();

/** Finds the operation of a request. @returns undefined when S3 has no such operation. @throws AwsError InvalidURI */
export function routeS3(model: ServiceModel, head: RequestHead): S3Route | undefined {
  const table = tables.get(model) ?? tableOf(model);
  tables.set(model, table);
  const { method, query, headers } = head;
  const { bucket, key } = splitPath(head);
  const level: Level = bucket === "" ? "service" : key === "" ? "bucket" : "object";
  const named = [...query.keys()].find((name) => table.has(`${method} ${level} ${name}`));
  const name = special(method, level, query, headers["x-amz-copy-source"] !== undefined);
  const operation = name ? model.operation(name) : table.get(`${method} ${level} ${named ?? ""}`);
  return operation && { operation, labels: { Bucket: bucket, Key: key } };
}

function splitPath({ path, hostBucket }: RequestHead): { readonly bucket: string; readonly key: string } {
  try {
    if (hostBucket !== undefined) return { bucket: hostBucket, key: decodeURIComponent(path.slice(1)) };
    const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

/** The name of an operation that is recognized by parameters with values, or by a header. */
function special(method: string, level: Level, query: URLSearchParams, isCopy: boolean): string | undefined {
  if (level === "bucket" && method === "GET" && query.get("list-type") === "2") return "ListObjectsV2";
  if (level === "bucket" && method === "GET" && !hasSubresource(query)) return "ListObjects";
  if (level !== "object") return undefined;
  const isUpload = query.has("uploadId");
  if (method === "PUT" && isUpload && query.has("partNumber"))
    return isCopy ? "UploadPartCopy" : "UploadPart";
  if (method === "PUT" && isCopy && !hasSubresource(query)) return "CopyObject";
  if (method === "PUT" && !hasSubresource(query)) return "PutObject";
  if (method === "GET" && isUpload) return "ListParts";
  if (method === "GET" && !hasSubresource(query)) return "GetObject";
  if (method === "DELETE" && isUpload) return "AbortMultipartUpload";
  if (method === "DELETE" && !hasSubresource(query)) return "DeleteObject";
  if (method === "POST" && isUpload) return "CompleteMultipartUpload";
  return undefined;
}

const subresources =
  /^(accelerate|acl|analytics|attributes|cors|encryption|intelligent-tiering|inventory|legal-hold|lifecycle|location|logging|metadata\w+|metrics|notification|object-lock|ownershipControls|policy|policyStatus|publicAccessBlock|renameObject|replication|requestPayment|restore|retention|select|session|tagging|torrent|uploads|versioning|versions|website)$/;

const hasSubresource = (query: URLSearchParams): boolean =>
  [...query.keys()].some((name) => subresources.test(name));

function tableOf(model: ServiceModel): ReadonlyMap<string, Operation> {
  const table = new Map<string, Operation>();
  for (const operation of model.operations) {
    const [method, uri] = operation.traits.http ?? [];
    if (!method || !uri) continue;
    const [path = "", text = ""] = uri.split("?");
    const level: Level = path.includes("{Key+}")
      ? "object"
      : operation.input.byName.has("Bucket")
        ? "bucket"
        : "service";
    const [literal = ""] = [...new URLSearchParams(text).keys()].filter((name) => name !== "x-id");
    const at = `${method} ${level} ${literal}`;
    if (!table.has(at)) table.set(at, operation);
  }
  return table;
}
