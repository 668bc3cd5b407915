/** An error that is sent to the client as AWS sends it, with its code, HTTP status and message. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message?: string,
    readonly status = 400,
  ) {
    super(message ?? "");
    this.name = code;
  }
}

export const invalidArgument = (message: string) => new AwsError("InvalidArgumentException", message);
export const validation = (message: string) => new AwsError("ValidationException", message);
export const limitExceeded = (message: string) => new AwsError("LimitExceededException", message);
export const resourceInUse = (message: string) => new AwsError("ResourceInUseException", message);
export const notFound = (message: string) => new AwsError("ResourceNotFoundException", message);
export const throughputExceeded = (message: string) =>
  new AwsError("ProvisionedThroughputExceededException", message);
/** The request could not be decoded, or a value does not have the type that the service model requires. */
export const serialization = (message?: string) => new AwsError("SerializationException", message);
export const internalFailure = (message = "Internal service failure.") =>
  new AwsError("InternalFailure", message, 500);
