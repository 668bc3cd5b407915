/**
 * Prints the public faces of packages, as a list in JSON: `node api-report.mjs FOLDER ENTRY [FOLDER ENTRY]...`, where
 * ENTRY is the folder's `.d.ts` file that exports it. Ends with 1 where API Extractor finds an error.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const off = { logLevel: ExtractorLogLevel.None };

/** @type {(folder: string, types: string, scratch: string) => string} */
function reportOf(folder, types, scratch) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, "package.json"),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: types,
      compiler: {
        overrideTsconfig: {
          compilerOptions: { target: "es2023", module: "nodenext", skipLibCheck: true, types: ["node"] },
          files: [types],
        },
      },
      apiReport: {
        enabled: true,
        // What an exported class inherits from one that is not exported is of the public face too.
        includeForgottenExports: true,
        reportFileName: "api",
        reportFolder: scratch,
        reportTempFolder: scratch,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: { default: off },
        tsdocMessageReporting: { default: off },
      },
    },
  });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel !== ExtractorLogLevel.Error) return;
      process.stderr.write(`${message.text}\n`);
      process.exitCode = 1;
    },
  });
  return readFileSync(join(scratch, "api.api.md"), "utf8");
}

const scratch = mkdtempSync(join(tmpdir(), "streaming-data-lake-api-"));
try {
  const reports = [];
  const places = process.argv.slice(2);
  for (let at = 0; at < places.length; at += 2)
    reports.push(reportOf(places[at], join(places[at], places[at + 1]), scratch));
  process.stdout.write(JSON.stringify(reports));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
