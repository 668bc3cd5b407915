const mebibyte = 1024 ** 2;
const tebibyte = 1024 ** 4;

/** US dollars a TB in most regions, us-east-1 among them: https://aws.amazon.com/athena/pricing/ */
const dollarsPerTebibyte = 5;

/** What Athena charges for a scan: by the megabyte, rounded up, 10 MB at least. US dollars. */
export function scanPrice(bytes: number): number {
  const charged = Math.max(10, Math.ceil(bytes / mebibyte)) * mebibyte;
  return (charged / tebibyte) * dollarsPerTebibyte;
}

const units = ["bytes", "kB", "MB", "GB", "TB"];

/** Bytes for people: `512 bytes`, `1.5 kB`, `23 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
