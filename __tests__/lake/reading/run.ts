import { askCase, describeCase } from "./ask";
import { cases } from "./cases";

/** `npx tsx __tests__/lake/reading/run.ts [REGEX]`: asks the cases whose ids match, and tells which are not right. */
const main = async (): Promise<void> => {
  const only = new RegExp(process.argv[2] ?? "");
  const now = new Date();
  const counts = new Map<string, number>();
  for (const one of cases(now)) {
    if (!only.test(one.id)) continue;
    const asked = await askCase(one, now);
    const verdict = asked.verdict ?? "not judged";
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    const fault = "error" in asked.ours && asked.ours.error.name === "FAULT";
    if (fault || !["same", "both refuse", "not judged"].includes(verdict)) console.log(describeCase(asked));
  }
  console.log(Object.fromEntries(counts));
};

void main();
