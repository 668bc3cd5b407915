import { treatments } from "@streaming-data-lake/terraform/arguments/index";

const names = (paths: readonly string[]): string =>
  [...paths]
    .sort()
    .map((path) => `\`${path}\``)
    .join(" ");

/** What the runner does with each argument of the resources that it reads, as a Markdown table. */
export function argumentsTable(): string {
  return [
    "| resource | run | kept | not run |",
    "|---|---|---|---|",
    ...Object.entries(treatments).map(
      ([type, table]) =>
        `| \`${type}\` | ${names(table.run)} | ${names(table.kept)} | ${names(table["not run"])} |`,
    ),
  ].join("\n");
}
