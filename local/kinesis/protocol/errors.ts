/** An error that is sent to the client as AWS sends it, with its code, HTTP status and message. */
export class KinesisError extends Error {
  constructor(
    readonly code: string,
    message?: string,
    readonly status = 400,
  ) {
    super(message ?? "");
    this.name = code;
  }
}

export const invalidArgument = (message: string) => new KinesisError("InvalidArgumentException", message);
export const validation = (message: string) => new KinesisError("ValidationException", message);
export const limitExceeded = (message: string) => new KinesisError("LimitExceededException", message);
export const resourceInUse = (message: string) => new KinesisError("ResourceInUseException", message);
export const notFound = (message: string) => new KinesisError("ResourceNotFoundException", message);
export const throughputExceeded = (message: string) =>
  new KinesisError("ProvisionedThroughputExceededException", message);
/** The request could not be decoded, or a value does not have the type that the service model requires. */
export const serialization = (message?: string) => new KinesisError("SerializationException", message);
export const internalFailure = (message = "Internal service failure.") =>
  new KinesisError("InternalFailure", message, 500);
