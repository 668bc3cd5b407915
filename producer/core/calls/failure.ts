/**
 * What a failed call or entry means for its records.
 *
 * - `throttle`: over a limit; later it may pass.
 * - `failure`: an internal error, a broken connection, no answer in time; later it may pass.
 * - `invalid`: something in the request is not acceptable; its other records may be.
 * - `refused`: no request of this kind passes (no such stream, no permission, no credentials).
 */
export type FailureKind = "throttle" | "failure" | "invalid" | "refused";

export class CallFailure {
  constructor(
    readonly kind: FailureKind,
    readonly error: Error,
    /** True when the service may have carried the call out all the same. */
    readonly uncertain: boolean,
  ) {}
}

/** Errors of PutRecords: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html#API_PutRecords_Errors */
const kinds: Readonly<Record<string, FailureKind>> = {
  ProvisionedThroughputExceededException: "throttle",
  LimitExceededException: "throttle",
  ThrottlingException: "throttle",
  KMSThrottlingException: "throttle",
  RequestLimitExceeded: "throttle",
  ResourceInUseException: "throttle",
  InvalidArgumentException: "invalid",
  ValidationException: "invalid",
  // The SDK asks its provider for fresh credentials on the next call.
  ExpiredTokenException: "failure",
};

/** @param fault What a call rejected with. */
export function callFailure(fault: unknown): CallFailure {
  const error = fault instanceof Error ? fault : new Error(String(fault));
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const known = kinds[error.name];
  if (known !== undefined) return new CallFailure(known, error, false);
  if (status !== undefined && status >= 400 && status < 500) return new CallFailure("refused", error, false);
  if (error.name === "CredentialsProviderError") return new CallFailure("refused", error, false);
  return new CallFailure("failure", error, true);
}

/** @param code `ErrorCode` of a result entry. */
export function entryFailure(code: string, message: string | undefined): CallFailure {
  const error = new Error(message ?? code);
  error.name = code;
  return new CallFailure(kinds[code] ?? "failure", error, false);
}
