/** An error that AWS answers, by its code. */
export class AwsError extends Error {
  override readonly name = "AwsError";

  constructor(
    /** As the service's API reference names it, such as `EntityNotFoundException`. */
    readonly code: string,
    message: string,
    /** HTTP status. @default the model's, else 400 */
    readonly status?: number,
    /** Other members of the error's shape. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The request's text can't be read as its protocol says. */
export const serialization = (message: string): AwsError =>
  new AwsError("SerializationException", message, 400);

export const internalFailure = (): AwsError =>
  new AwsError("InternalFailure", "The request processing has failed because of an unknown error.", 500);
