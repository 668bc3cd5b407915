import { treatments } from "@streaming-data-lake/terraform/arguments/index";

const names = (paths: readonly string[]): string =>
  [...paths]
    .sort()
    .map((path) => `\`${path}\``)
    .join(" ");

/** What the runner does with each argument of the resources that it reads, as a Markdown table. */
export function argumentsTable(): string {
  return [
    "| resource | run | noted | not run |",
    "|---|---|---|---|",
    ...Object.entries(treatments).map(
      ([type, table]) =>
        `| \`${type}\` | ${names(table.run)} | ${names(table.noted)} | ${names(table["not run"])} |`,
    ),
  ].join("\n");
}
