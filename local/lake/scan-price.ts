const mebibyte = 1024 ** 2;
const tebibyte = 1024 ** 4;
const leastMebibytes = 10;

/** Athena's price for each terabyte that a query scans. US dollars. https://aws.amazon.com/athena/pricing/ */
export const dollarsPerTerabyte = 5;

/**
 * The terabytes that Athena charges for a scan: whole megabytes, rounded up, and at least 10 MB.
 * https://aws.amazon.com/athena/pricing/
 */
export function chargedTerabytes(bytes: number): number {
  return (Math.max(leastMebibytes, Math.ceil(bytes / mebibyte)) * mebibyte) / tebibyte;
}

/** Athena's price for a scan of the given number of bytes. US dollars. */
export const scanPrice = (bytes: number): number => chargedTerabytes(bytes) * dollarsPerTerabyte;
