/** Where clients look for AWS's services on a laptop, since LocalStack. */
export const defaultAwsPort = 4566;
