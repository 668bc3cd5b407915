/**
 * What a failed call or entry means for its records.
 *
 * - `throttle`: a limit was exceeded. A later attempt can succeed.
 * - `failure`: there was an internal error, a broken connection or no answer in time. A later attempt can succeed.
 * - `invalid`: something in the request is not acceptable, but its other records can be.
 * - `refused`: no request of this kind can succeed (no such stream, no permission, no credentials).
 */
export type FailureKind = "throttle" | "failure" | "invalid" | "refused";

export class CallFailure {
  constructor(
    readonly kind: FailureKind,
    readonly error: Error,
    /** Whether the service has possibly carried the call out in spite of the failure. */
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
  // This is worth another attempt, because the SDK gets fresh credentials for the next call.
  ExpiredTokenException: "failure",
};

/** Classifies the failure of a call. @param fault The value with which the call was rejected. */
export function callFailure(fault: unknown): CallFailure {
  const error = fault instanceof Error ? fault : new Error(String(fault));
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const known = kinds[error.name];
  if (known !== undefined) return new CallFailure(known, error, false);
  if (status !== undefined && status >= 400 && status < 500) return new CallFailure("refused", error, false);
  if (error.name === "CredentialsProviderError") return new CallFailure("refused", error, false);
  return new CallFailure("failure", error, true);
}

/** Classifies the failure of an entry. @param code `ErrorCode` of the result entry. */
export function entryFailure(code: string, message: string | undefined): CallFailure {
  const error = new Error(message ?? code);
  error.name = code;
  return new CallFailure(kinds[code] ?? "failure", error, false);
}
