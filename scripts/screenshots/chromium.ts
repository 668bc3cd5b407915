import { existsSync } from "node:fs";

/** @returns where Chromium is: `CHROMIUM`, or a place where Linux has it; undefined where there is none. */
export const findChromium = (): string | undefined =>
  [process.env.CHROMIUM ?? "", "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
    (place) => place !== "" && existsSync(place),
  );

export const noChromium =
  "there is no /usr/bin/chromium, and CHROMIUM names no other: apt-get install chromium";
