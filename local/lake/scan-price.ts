const mebibyte = 1024 ** 2;
const tebibyte = 1024 ** 4;
const leastMebibytes = 10;

/** Athena's price of a terabyte that a query scans, in US dollars: https://aws.amazon.com/athena/pricing/ */
export const dollarsPerTerabyte = 5;

/** Terabytes that Athena charges for a scan: by the megabyte, rounded up, 10 MB at least: https://aws.amazon.com/athena/pricing/ */
export function chargedTerabytes(bytes: number): number {
  return (Math.max(leastMebibytes, Math.ceil(bytes / mebibyte)) * mebibyte) / tebibyte;
}

/** What Athena charges for a scan of so many bytes. US dollars. */
export const scanPrice = (bytes: number): number => chargedTerabytes(bytes) * dollarsPerTerabyte;
