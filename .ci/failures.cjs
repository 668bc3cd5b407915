// Prints what failed in a report of Vitest's: file, test and the beginning of the message.
const { readFileSync } = require("node:fs");
const { relative } = require("node:path");

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const { name, message, assertionResults } of report.testResults) {
  const file = relative("", name);
  const failed = assertionResults.filter(({ status }) => status === "failed");
  for (const { fullName, failureMessages } of failed)
    console.log(`FAILED ${file}: ${fullName}\n${failureMessages.join("\n").slice(0, 2000)}`);
  if (failed.length === 0 && message) console.log(`FAILED ${file}\n${message.slice(0, 2000)}`);
}
