import {
  type DescribedSignature,
  describeFunctions,
} from "@streaming-data-lake/lake/trino/functions/catalog";
import { table } from "./blocks";

/**
 * A table of Trino's functions by how they are run on this machine, and of those that are refused, with the reasons.
 */
export function functionsTable(): string {
  const signatures = describeFunctions();
  const answered = table(
    ["functions", "answered by", "names"],
    [
      ["scalar", "scalar", "DuckDB"],
      ["scalar", "scalar", "JavaScript"],
      ["aggregate", "aggregate", "DuckDB"],
      ["aggregate", "aggregate", "JavaScript"],
      ["window", "window", "DuckDB"],
    ].map(([label = "", kind, source = ""]) => [
      label,
      source,
      names(signatures.filter((one) => one.kind === kind && one.source === source)),
    ]),
  );
  const refused = signatures.filter(({ needs }) => needs !== undefined);
  const needs = [...new Set(refused.map((one) => one.needs ?? ""))].sort();
  const refusals = table(
    ["needs", "refused"],
    needs.map((need) => [
      need,
      refusedNames(
        refused.filter((one) => one.needs === need),
        signatures,
      ),
    ]),
  );
  return `${answered}\n\nThese are refused by name, because nothing here is equivalent:\n\n${refusals}`;
}

const code = (text: string): string => `\`${text}\``;

const names = (signatures: readonly DescribedSignature[]): string =>
  [...new Set(signatures.map(({ name }) => name))].map(code).join(" ");

/** The names of functions whose every signature is refused, and the refused signatures of other functions. */
function refusedNames(refused: readonly DescribedSignature[], all: readonly DescribedSignature[]): string {
  const answered = new Set(all.filter(({ source }) => source !== undefined).map(({ name }) => name));
  return [...new Set(refused.map(({ name, text }) => (answered.has(name) ? text : name)))]
    .map(code)
    .join(" ");
}
