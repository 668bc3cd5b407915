import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { emitted } from "./build";
import type { PublishedPackage } from "./published";

/** Where the report of a package's public face is kept. */
export const reportOf = ({ name }: PublishedPackage): string => `docs/api/${basename(name)}.api.md`;

/** The public face of a package that was built into a folder: all that it exports, with the types. */
export function apiReport(published: PublishedPackage, folder: string): string {
  const scratch = mkdtempSync(join(tmpdir(), "streaming-data-lake-api-"));
  const off = { logLevel: ExtractorLogLevel.None };
  try {
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(folder, "package.json"),
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: join(folder, emitted(published.index).replace(/js$/, "d.ts")),
        compiler: {
          overrideTsconfig: {
            compilerOptions: { target: "es2023", module: "nodenext", skipLibCheck: true, types: ["node"] },
            files: [join(folder, emitted(published.index).replace(/js$/, "d.ts"))],
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
    const problems: string[] = [];
    Extractor.invoke(config, {
      localBuild: true,
      messageCallback: (message) => {
        if (message.logLevel === ExtractorLogLevel.Error) problems.push(message.text);
        message.handled = true;
      },
    });
    if (problems.length > 0) throw new Error(`${published.name}: ${problems.join("\n")}`);
    return readFileSync(join(scratch, "api.api.md"), "utf8");
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
