import { Logger } from "@aws-lambda-powertools/logger";
import { createHandler } from "./handler";
import { readSettings } from "./settings";

const settings = readSettings(process.env);

/** The Lambda function's entry point, `index.handler`. */
export const handler = createHandler({
  settings,
  logger: new Logger({ serviceName: settings.service, logLevel: settings.logLevel }),
  writeMetrics: (line) => process.stdout.write(`${line}\n`),
  now: Date.now,
});
