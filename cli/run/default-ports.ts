/** Where clients look for AWS's services on a laptop, since LocalStack. */
export const defaultAwsPort = 4566;

/** Where the console is, so that a bookmark is right again. */
export const defaultConsolePort = 4580;
