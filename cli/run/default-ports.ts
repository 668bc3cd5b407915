/** The port at which clients expect AWS's services on a laptop. LocalStack has made it the usual one. */
export const defaultAwsPort = 4566;

/** The console's port. It is fixed so that a bookmark still works in the next run. */
export const defaultConsolePort = 4580;
