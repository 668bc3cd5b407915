import type { Charge } from "../cost/charge";
import { dollars } from "../cost/report";
import { formatTable } from "../output/table";
import type { Check } from "./checks";

/** The result of `npm run verify`, which `--json` prints. */
export interface Verification {
  readonly place: string;
  /** The text that all records of the run contain, and that the names of its sensors begin with. */
  readonly mark: string;
  readonly checks: readonly Check[];
  readonly cost: { readonly charges: readonly Charge[]; readonly dollars: number };
  readonly seconds: number;
}

export function renderVerification(
  { place, mark, checks, cost, seconds }: Verification,
  width: number,
): string {
  const rows = checks.map(({ what, expected, found, ok, note = "" }) => ({
    check: what,
    expected,
    found,
    is: ok ? "ok" : "WRONG",
    note,
  }));
  const table = formatTable(
    {
      columns: ["check", "expected", "found", "is", "note"].map((name) => ({ name, type: "varchar" })),
      rows,
    },
    { width },
  );
  const wrong = checks.filter(({ ok }) => !ok).length;
  const verdict = wrong === 0 ? "All adds up" : `${wrong} of ${checks.length} do not add up`;
  return (
    `${table}\n${verdict}: ${mark} on ${place}, in ${seconds.toFixed(1)} s. ` +
    `On AWS that costs ${dollars(cost.dollars)} USD by list price.\n`
  );
}
