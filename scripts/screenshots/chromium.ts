import { existsSync } from "node:fs";

/** Path of Chromium: `CHROMIUM`, or one of its usual paths on Linux; undefined when it is not found. */
export const findChromium = (): string | undefined =>
  [process.env.CHROMIUM ?? "", "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
    (place) => place !== "" && existsSync(place),
  );

export const noChromium =
  "there is no /usr/bin/chromium, and CHROMIUM names no other: apt-get install chromium";
