import { createHandler } from "./handler";
import { readSettings } from "./settings";

/** The Lambda function's entry point: `index.handler`. */
export const handler = createHandler({
  settings: readSettings(process.env),
  now: Date.now,
  write: (lines) => process.stdout.write(lines),
});
