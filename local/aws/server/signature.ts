import { AwsError } from "../protocol/errors";
import type { RequestHead } from "./request";

/** Who signed a request, and for which service. */
export interface RequestSignature {
  readonly accessKeyId: string;
  /** Region in the credential's scope. */
  readonly region: string;
  readonly service: string;
  readonly sessionToken?: string;
}

/**
 * Reads a request's signature from its headers or from a presigned URL. The signature itself is not verified, since
 * the local endpoint knows no secret keys.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @returns undefined when the request is not signed.
 * @throws AwsError when the signature is malformed, or when a presigned URL has expired.
 */
export function readSignature({ headers, query }: RequestHead): RequestSignature | undefined {
  const { authorization } = headers;
  const credential = authorization
    ? /[ ,]Credential=([^, ]+)/.exec(authorization)?.[1]
    : (query.get("X-Amz-Credential") ?? undefined);
  if (credential === undefined) return authorization ? readOlder(authorization) : readOlderUrl(query);
  // An access key can contain slashes, but the scope after it always has four parts.
  const parts = credential.split("/");
  const [accessKeyId, , region = "", service = "", terminator] = [
    parts.slice(0, -4).join("/"),
    ...parts.slice(-4),
  ];
  if (!accessKeyId || terminator !== "aws4_request")
    throw new AwsError(
      "IncompleteSignature",
      `Credential=${credential} is not the scope of a credential`,
      403,
    );
  const token = headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token");
  if (!authorization) checkExpiry(query);
  return { accessKeyId, region, service, ...(token && { sessionToken: String(token) }) };
}

/** Reads a Signature Version 2, `AWS key:signature`, which some tools still use for S3. */
function readOlder(authorization: string): RequestSignature | undefined {
  const [, accessKeyId] = /^AWS ([^:]+):/.exec(authorization) ?? [];
  return accessKeyId === undefined ? undefined : { accessKeyId, region: "us-east-1", service: "s3" };
}

/** Reads a presigned URL of Signature Version 2, which boto3 still creates by default. */
function readOlderUrl(query: URLSearchParams): RequestSignature | undefined {
  const accessKeyId = query.get("AWSAccessKeyId");
  if (accessKeyId === null || !query.has("Signature")) return undefined;
  const expires = Number(query.get("Expires") ?? Number.NaN);
  if (!(expires * 1000 > Date.now())) throw new AwsError("AccessDenied", "Request has expired", 403);
  const sessionToken = query.get("x-amz-security-token");
  return { accessKeyId, region: "us-east-1", service: "s3", ...(sessionToken !== null && { sessionToken }) };
}

function checkExpiry(query: URLSearchParams): void {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "") ?? [];
  const expires = Number(query.get("X-Amz-Expires") ?? Number.NaN);
  if (year === undefined || Number.isNaN(expires))
    throw new AwsError(
      "AuthorizationQueryParametersError",
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  const signed = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  if (signed + expires * 1000 < Date.now()) throw new AwsError("AccessDenied", "Request has expired", 403);
}
