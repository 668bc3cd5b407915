/** `1 record`, `2,000 records`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** `0.4 s`, `12.0 s`, `3 min 05 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
}

const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

/** A number of bytes in the largest unit of which it has at least one. */
export function inByteUnits(bytes: number): { readonly amount: number; readonly unit: string } {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), byteUnits.length - 1);
  return { amount: bytes / 1024 ** power, unit: byteUnits[power] ?? "B" };
}

/** `512 B`, `1.4 MiB`. */
export function formatBytes(bytes: number): string {
  const { amount, unit } = inByteUnits(bytes);
  return `${unit === "B" ? amount : amount.toFixed(1)} ${unit}`;
}
