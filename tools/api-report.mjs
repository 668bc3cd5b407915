/**
 * Prints the public face of a package: `node api-report.mjs FOLDER ENTRY`, where ENTRY is the folder's `.d.ts` file that
 * exports it. Ends with 1 where API Extractor finds an error.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const [folder, entry] = process.argv.slice(2);
const types = join(folder, entry);
const scratch = mkdtempSync(join(tmpdir(), "streaming-data-lake-api-"));
const off = { logLevel: ExtractorLogLevel.None };
try {
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
  process.stdout.write(readFileSync(join(scratch, "api.api.md"), "utf8"));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
