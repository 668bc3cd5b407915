/** An error that is answered to the client as AWS does: its code, its HTTP status and its text. */
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
/** What the request is written in can't be read, or a value is of another type than the service model's. */
export const serialization = (message?: string) => new AwsError("SerializationException", message);
export const internalFailure = (message = "Internal service failure.") =>
  new AwsError("InternalFailure", message, 500);
