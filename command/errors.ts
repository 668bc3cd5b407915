/** A mistake in a command line. Its message is one line for the user; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** An error that the user can fix, such as a folder that can't be written. Its message is one line for the user. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** The end of a command by a signal or a closed pipe, which is not a failure of the command. */
export class Interruption extends Error {
  override readonly name = "Interruption";

  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

export type ErrorClass = abstract new (...args: never[]) => Error;

export interface FailureOptions {
  /** Classes of errors whose messages are for the user, in addition to the ones above. @default none */
  readonly userErrors?: readonly ErrorClass[];
  /** Whether the stack trace is shown as well. @default false */
  readonly debug?: boolean;
}

export interface Failure {
  /** The message, without the command's name and without a newline at the end. */
  readonly message: string;
  readonly exitCode: number;
}

/**
 * Describes an error for the user: one line if the user can fix it, and `internal error: …` for a defect of the
 * program. Errors of the operating system and of AWS's services are among those that the user can fix.
 */
export function describeFailure(
  error: unknown,
  { userErrors = [], debug = false }: FailureOptions = {},
): Failure {
  if (error instanceof Interruption) return { message: error.message, exitCode: error.exitCode };
  const trace = debug && error instanceof Error ? `\n${error.stack}` : "";
  if (error instanceof UsageError) return { message: `${error.message}${trace}`, exitCode: 2 };
  const message = messageForUser(error, [UserError, ...userErrors]);
  if (message !== undefined) return { message: `${message}${trace}`, exitCode: 1 };
  const text = firstLine(error instanceof Error ? error.message || error.name : String(error));
  const hint = debug ? trace : " (--debug shows where)";
  return { message: `internal error: ${text}${hint}`, exitCode: 1 };
}

function messageForUser(error: unknown, classes: readonly ErrorClass[]): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (classes.some((each) => error instanceof each)) return error.message;
  if ("syscall" in error || error instanceof AggregateError) return systemMessage(error);
  // Errors of the AWS SDK: https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/
  if ("$metadata" in error) return `${error.name}: ${firstLine(error.message) || "no reason given"}`;
  if (error.name === "CredentialsProviderError") return credentialsMessage(error);
  return undefined;
}

/**
 * Says why there are no AWS credentials, and what to do about it.
 *
 * @param profile The requested profile. @default the profile in the environment
 */
export function credentialsMessage({ message }: Error, profile = process.env.AWS_PROFILE): string {
  // Any other message, such as for an expired SSO session, already says what to do.
  if (!/^Could not (?:load|resolve) credentials/.test(message)) return firstLine(message);
  return profile
    ? `the profile ${profile} gives no AWS credentials; aws configure list-profiles lists the profiles that there are`
    : "no AWS credentials: run aws configure, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
}

/** A message such as `/x/y: permission denied (EACCES)`; undefined when the error is not a failed system call. */
function systemMessage(error: Error): string | undefined {
  // A connection attempt to several addresses fails with one error for each address.
  if (error instanceof AggregateError) {
    const [first] = error.errors as unknown[];
    return first instanceof Error ? messageForUser(first, []) : undefined;
  }
  const { code = "", path, message } = error as NodeJS.ErrnoException;
  const [, reason] = /^[A-Z0-9_]+: ([^,]+),/.exec(message) ?? [];
  return path !== undefined && reason !== undefined ? `${path}: ${reason} (${code})` : firstLine(message);
}

const firstLine = (text: string) => text.split("\n", 1)[0] ?? "";
