/** An error that is sent to the client as AWS sends it. */
export class AwsError extends Error {
  override readonly name = "AwsError";

  constructor(
    /** Code of the error in the service's API reference, such as `EntityNotFoundException`. */
    readonly code: string,
    message: string,
    /** HTTP status. @default the status in the service's model, or else 400 */
    readonly status?: number,
    /** Other members of the error's shape. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The request could not be decoded in its protocol. */
export const serializationError = (message: string): AwsError =>
  new AwsError("SerializationException", message);

export const internalError = (): AwsError =>
  new AwsError("InternalFailure", "The request processing has failed because of an unknown error.", 500);
